package models

import "math"

// line is the least squares line through x over the steps 0, 1, 2 and so on,
// gaps left out.
func line(x []float64) (intercept, slope float64) {
	var n, t, y, tt, ty float64 // means, and sums of products about them
	for i, v := range x {
		if math.IsNaN(v) {
			continue
		}
		n++
		dt, dy := float64(i)-t, v-y
		t += dt / n
		y += dy / n
		tt += dt * (float64(i) - t)
		ty += dt * (v - y)
	}
	if tt > 0 {
		slope = ty / tt
	}
	return y - slope*t, slope
}

// smooth is simple exponential smoothing of x from the best start, which is a
// least squares problem of one unknown: the sum of squared errors one step
// ahead, and the last level.
func smooth(x []float64, alpha float64) (square, level float64) {
	keep, start := 1-alpha, 1.0 // start is the weight that the first level still has
	var ee, es, ss float64
	for _, v := range x {
		if math.IsNaN(v) {
			continue
		}
		e := v - level // as if the first level were 0
		ee += e * e
		es += e * start
		ss += start * start
		level += alpha * e
		start *= keep
	}
	if ss == 0 {
		return 0, 0
	}
	first := es / ss
	return ee - es*first, level + start*first
}

// lowest is where f is least between low and high: on a grid that is finer
// towards both ends, and then by golden sections around its best point.
func lowest(low, high float64, f func(float64) float64) float64 {
	const grid = 24
	at := func(k int) float64 {
		return low + (high-low)*(1-math.Cos(math.Pi*float64(k)/grid))/2
	}
	best, value := 0, math.Inf(1)
	for k := range grid + 1 {
		if v := f(at(k)); v < value {
			best, value = k, v
		}
	}
	const golden = 0.6180339887498949
	a, b := at(max(0, best-1)), at(min(grid, best+1))
	x, y := b-golden*(b-a), a+golden*(b-a)
	fx, fy := f(x), f(y)
	for b-a > 1e-7 {
		if fx <= fy {
			b, y, fy = y, x, fx
			x = b - golden*(b-a)
			fx = f(x)
		} else {
			a, x, fx = x, y, fy
			y = a + golden*(b-a)
			fy = f(y)
		}
	}
	if mid := (a + b) / 2; f(mid) < value {
		return mid
	}
	return at(best)
}
