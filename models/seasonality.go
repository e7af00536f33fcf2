package models

import (
	"math"
	"slices"
)

// repeats is the test of [newShape]. Where x has gaps, the sums of products
// leave them out.
func repeats(x []float64, season int) bool {
	if len(x) < 3*season {
		return false
	}
	r := autocorrelations(x, season)
	limit := 1.0
	for _, v := range r[1:season] {
		limit += 2 * v * v
	}
	return math.Abs(r[season]) > 1.645*math.Sqrt(limit/float64(len(x)))
}

// autocorrelations of x at the lags 0 to most, gaps left out; NaN if x does
// not vary.
func autocorrelations(x []float64, most int) []float64 {
	mean, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
			mean += (v - mean) / n
		}
	}
	d := make([]float64, len(x))
	for i, v := range x {
		if !math.IsNaN(v) {
			d[i] = v - mean
		}
	}
	r := make([]float64, most+1)
	for lag := range r {
		for i := lag; i < len(d); i++ {
			r[lag] += d[i] * d[i-lag]
		}
	}
	for lag := most; lag >= 0; lag-- {
		r[lag] /= r[0]
	}
	return r
}

// centred is the mean over one season around each step, where it is whole. A
// gap counts as what was there a season before.
func centred(x []float64, season int) []float64 {
	filled := slices.Clone(x)
	fill(filled, season)
	out := make([]float64, len(x))
	for i := range out {
		out[i] = math.NaN()
		if low, high := i-season/2, i+season/2; low >= 0 && high < len(x) {
			sum := 0.0
			for _, v := range filled[low : high+1] {
				sum += v
			}
			if season%2 == 0 { // both ends are of one phase
				sum -= (filled[low] + filled[high]) / 2
			}
			out[i] = sum / float64(season)
		}
	}
	return out
}
