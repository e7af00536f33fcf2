package models

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// autoregression fits x[t] ≈ Σ weights[j]·x[t-1-j] to x, whose mean is taken to
// be zero, by Burg's recursion: Levinson's, whose reflections minimise the
// errors forwards and backwards, so that it is always stable (Burg, 37th
// meeting of the Society of Exploration Geophysicists, 1967). The order is at
// most most and the one of the lowest AICc (Hurvich and Tsai, Biometrika 76,
// 1989, 297-307). Errors that a gap touches are left out. The variance is that
// of one step ahead.
func autoregression(x []float64, most int) (weights []float64, variance float64) {
	runs := wholeRuns(x)
	n, product, square := 0.0, 0.0, 0.0
	for _, r := range runs {
		n += float64(len(r.forward))
		for i, v := range r.forward {
			variance += v * v
			if i > 0 {
				product += v * r.backward[i-1]
				square += v*v + r.backward[i-1]*r.backward[i-1]
			}
		}
	}
	variance /= n
	if !(variance > 0) {
		return nil, 0
	}
	lowest, left := n*math.Log(variance)+2*n/(n-2), variance
	var current, before []float64
	for order := 1; order <= min(most, int(n)/4); order++ {
		pairs := 0
		for _, r := range runs {
			pairs += max(0, len(r.forward)-order)
		}
		if float64(pairs) < n/4 || square == 0 {
			break // gaps have left too little
		}
		reflection := 2 * product / square
		product, square = 0, 0
		for _, r := range runs {
			if len(r.forward) > order {
				p, s := r.reflect(reflection, order)
				product += p
				square += s
			}
		}
		before = append(before[:0], current...)
		for j := range current {
			current[j] -= reflection * before[len(current)-1-j]
		}
		current = append(current, reflection)
		left *= 1 - reflection*reflection
		p := float64(order + 1) // with the variance
		if aicc := n*math.Log(left) + 2*p*n/(n-p-1); aicc < lowest {
			lowest, variance = aicc, left
			weights = append(weights[:0], current...)
		}
	}
	return weights, variance
}

// A run is measured steps between gaps, as errors of prediction: forwards of
// each step from those before it, and backwards of each from those after it.
type run struct{ forward, backward []float64 }

// wholeRuns is the runs of x, predicted from nothing.
func wholeRuns(x []float64) []run {
	room := make([]float64, 0, 2*len(x))
	var runs []run
	for i := 0; i < len(x); {
		from := i
		for i < len(x) && x[i] == x[i] {
			i++
		}
		if n := i - from; n > 0 {
			room = append(append(room, x[from:i]...), x[from:i]...)
			both := room[len(room)-2*n:]
			runs = append(runs, run{both[:n], both[n:]})
		}
		for i < len(x) && x[i] != x[i] {
			i++
		}
	}
	return runs
}

// reflect takes the errors of r to that order, for which a forward error is
// paired with the backward error so many steps before, and returns the sums of
// the products and of the squares of the pairs of the next order.
func (r run) reflect(reflection float64, order int) (product, square float64) {
	forward := r.forward[order:]
	backward := r.backward[:len(forward)]
	f, last := forward[0], backward[0]
	forward[0], backward[0] = f-reflection*last, last-reflection*f
	last = backward[0]
	for i := 1; i < len(forward); i++ {
		f, b := forward[i], backward[i]
		f, b = f-reflection*b, b-reflection*f
		forward[i], backward[i] = f, b
		product += f * last
		square += f*f + last*last
		last = b
	}
	return product, square
}

// whitened is x minus what the weights expect from the steps before. A step
// that a gap touches, or whose past is not whole, is a gap.
func whitened(x, weights []float64) []float64 {
	out := slices.Clone(x)
	for j, w := range weights {
		out[j] = math.NaN()
		floats.AddScaled(out[j+1:], -w, x[:len(x)-1-j])
	}
	return out
}
