package models

import (
	"math"

	"headroom/capacity"
)

// A shape is what each phase of a season is of the level: multiplicative
// indices whose mean is 1, by classical decomposition. Without a season it is
// flat.
type shape struct {
	Season int       // steps
	Index  []float64 // by phase, or nil
}

// newShape finds the shape of x, which is the load s on a scale without
// negative values, if its autocorrelation at the season is significant at 90 %
// as in the benchmarks of the M4 competition (Makridakis, Spiliotis and
// Assimakopoulos, International Journal of Forecasting 36, 2020, 54-74), that
// is beyond 1.645 of Bartlett's standard errors. Otherwise it is flat, also
// where there are fewer than three seasons.
func newShape(s capacity.Series, x []float64, season int) shape {
	if season < 2 || !repeats(x, season) {
		return shape{}
	}
	sum, count := make([]float64, season), make([]float64, season)
	trend := centred(x, season)
	for i, p := range phases(s, 0, len(x), season) {
		if share := x[i] / trend[i]; finite(share) {
			sum[p] += share
			count[p]++
		}
	}
	mean := 0.0
	for p := range sum {
		if count[p] == 0 {
			return shape{} // a phase that was never measured has no index
		}
		sum[p] /= count[p]
		mean += sum[p] / float64(season)
	}
	for p := range sum {
		sum[p] /= mean
	}
	return shape{season, sum}
}

// adjusted is x without the shape. A phase in which there is hardly any load
// tells nothing about the level: it becomes a gap.
func (p shape) adjusted(s capacity.Series, x []float64) []float64 {
	if p.Index == nil {
		return x
	}
	out := make([]float64, len(x))
	for i, at := range phases(s, 0, len(x), p.Season) {
		out[i] = math.NaN()
		if p.Index[at] >= 0.01 {
			out[i] = x[i] / p.Index[at]
		}
	}
	return out
}

// shaped puts the shape back, in place, into the steps that follow s.
func (p shape) shaped(s capacity.Series, point []float64) {
	if p.Index == nil {
		return
	}
	for t, at := range phases(s, s.Len(), len(point), p.Season) {
		point[t] *= p.Index[at]
	}
}

// valid reports whether a stored shape can be used.
func (p shape) valid() bool {
	for _, v := range p.Index {
		if v < 0 {
			return false
		}
	}
	return p.Index == nil || p.Season == len(p.Index) && p.Season >= 2
}

// phases is the places in their season of n steps of s from step i on.
func phases(s capacity.Series, i, n, season int) []int {
	out := make([]int, n)
	for t := range out {
		out[t] = phase(s.At(i+t), s.Step, season)
	}
	return out
}
