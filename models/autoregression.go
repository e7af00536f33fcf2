package models

import (
	"math"
	"slices"
)

// autoregression fits x[t] ≈ Σ weights[j]·x[t-1-j] to x, whose mean is taken to
// be zero, by Burg's recursion: Levinson's, whose reflections minimise the
// errors forwards and backwards, so that it is always stable (Burg, 37th
// meeting of the Society of Exploration Geophysicists, 1967). The order is at
// most most and the one of the lowest AICc (Hurvich and Tsai, Biometrika 76,
// 1989, 297-307). Errors that a gap touches are left out. The variance is that
// of one step ahead.
func autoregression(x []float64, most int) (weights []float64, variance float64) {
	n := float64(whole(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			variance += v * v / n
		}
	}
	if !(variance > 0) {
		return nil, 0
	}
	lowest, left := n*math.Log(variance)+2*n/(n-2), variance
	forward, backward := slices.Clone(x), slices.Clone(x)
	var current, before []float64
	for order := 1; order <= min(most, int(n)/4); order++ {
		product, square, pairs := 0.0, 0.0, 0.0
		for i := order; i < len(x); i++ {
			f, b := forward[i], backward[i-1]
			if v := f * b; !math.IsNaN(v) {
				product += v
				square += f*f + b*b
				pairs++
			}
		}
		if pairs < n/4 || square == 0 {
			break // gaps have left too little
		}
		reflection := 2 * product / square
		for i := len(x) - 1; i >= order; i-- {
			forward[i], backward[i] = forward[i]-reflection*backward[i-1], backward[i-1]-reflection*forward[i]
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
