package nowcast

import (
	"cmp"
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
	added  []float64 // since they were sorted first and last
	gone   []float64 // since then
}

func (r *recent) add(x float64) {
	if r.sorted != nil {
		r.added = append(r.added, x)
	}
	if len(r.values) < r.most {
		r.values = append(r.values, x)
		return
	}
	if r.sorted != nil {
		r.gone = append(r.gone, r.values[r.oldest])
	}
	r.values[r.oldest] = x
	r.oldest = (r.oldest + 1) % r.most
}

// sort merges what was added since the last time into what was sorted then, and
// leaves out what gave way: few of many values are new.
func (r *recent) sort() {
	if r.sorted == nil {
		r.sorted = append([]float64{}, r.values...)
		slices.Sort(r.sorted)
		return
	}
	if len(r.added) == 0 {
		return
	}
	slices.Sort(r.added)
	slices.Sort(r.gone)
	merged := make([]float64, 0, len(r.values))
	added, gone := r.added, r.gone
	keep := func(x float64) {
		if len(gone) > 0 && cmp.Compare(gone[0], x) == 0 {
			gone = gone[1:]
			return
		}
		merged = append(merged, x)
	}
	for _, x := range r.sorted {
		for len(added) > 0 && cmp.Less(added[0], x) {
			keep(added[0])
			added = added[1:]
		}
		keep(x)
	}
	for _, x := range added {
		keep(x)
	}
	r.sorted, r.added, r.gone = merged, r.added[:0], r.gone[:0]
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
