package nowcast

import (
	"math"
	"slices"
)

// Recent values, the oldest of which give way, and their quantiles as they were
// when they were last sorted.
type recent struct {
	most   int
	values []float64
	oldest int
	sorted []float64
}

func (r *recent) add(x float64) {
	if len(r.values) < r.most {
		r.values = append(r.values, x)
		return
	}
	r.values[r.oldest] = x
	r.oldest = (r.oldest + 1) % r.most
}

func (r *recent) sort() {
	r.sorted = append(r.sorted[:0], r.values...)
	slices.Sort(r.sorted)
}

// quantile is by linear interpolation between the order statistics at i/(n+1)
// (definition 6 of Hyndman and Fan, The American Statistician 50, 1996).
func (r *recent) quantile(level float64) float64 {
	n := len(r.sorted)
	if n == 0 {
		return 0
	}
	whole, part := math.Modf(level*float64(n+1) - 1)
	switch i := int(whole); {
	case i < 0 || part < 0:
		return r.sorted[0]
	case i >= n-1:
		return r.sorted[n-1]
	default:
		return r.sorted[i] + part*(r.sorted[i+1]-r.sorted[i])
	}
}
