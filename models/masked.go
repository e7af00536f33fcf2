package models

import "math"

// whitened is x minus what the weights expect from the steps before. A step
// that a gap touches, or whose past is not whole, is a gap.
func whitened(x, weights []float64) []float64 {
	out := make([]float64, len(x))
	for i := range out {
		if i < len(weights) {
			out[i] = math.NaN()
			continue
		}
		out[i] = x[i]
		for j, w := range weights {
			out[i] -= w * x[i-1-j]
		}
	}
	return out
}

// masked is ridge regression over the rows whose target is measured.
func masked(target []float64, columns [][]float64) (intercept float64, weights []float64) {
	n := whole(target)
	if n == len(target) {
		return momentsOf(target, columns).shrink()
	}
	pick := func(from []float64) []float64 {
		to := make([]float64, 0, n)
		for i, v := range from {
			if !math.IsNaN(target[i]) {
				to = append(to, v)
			}
		}
		return to
	}
	kept := make([][]float64, len(columns))
	for j := range columns {
		kept[j] = pick(columns[j])
	}
	return momentsOf(pick(target), kept).shrink()
}

// whole counts what is measured.
func whole(x []float64) int {
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}
