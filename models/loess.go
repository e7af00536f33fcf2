package models

import "gonum.org/v1/gonum/floats"

// loess is local regression (Cleveland, Journal of the American Statistical
// Association 74, 1979, 829-836) over whole-numbered places: at each place a
// mean or a line through the nearest measurements, weighted by the tricube of
// their distance.
type loess struct {
	window int  // how many measurements are near
	line   bool // a line through them, not their mean
	// jump is how many places apart it is computed; in between it is
	// interpolated. Below 2 it is computed everywhere.
	jump int
	// kernels are those of a window without gaps that is not cut short, by the
	// place in it. They are made when they are first needed; of series of other
	// lengths they are others at the end, so only so many are kept.
	kernels map[int][]float64
	room    []float64 // for any other kernel
}

// smooth writes into out what the measurements v at ascending places say about
// the places from, from+1 and so on. Without any measurement it is 0.
func (l *loess) smooth(places []int, v []float64, from int, out []float64) {
	if len(places) == 0 {
		clear(out)
		return
	}
	left, before := 0, 0
	for i := 0; i < len(out); {
		var kernel []float64
		left, kernel = l.at(from+i, places, left)
		out[i] = floats.Dot(kernel, v[left:left+len(kernel)])
		step := (out[i] - out[before]) / float64(max(1, i-before))
		for k := before + 1; k < i; k++ {
			out[k] = out[before] + step*float64(k-before)
		}
		before = i
		if i == len(out)-1 {
			break
		}
		i = min(i+max(1, l.jump), len(out)-1)
	}
}

// at is the regression at x on the measurements at places: which of them is the
// first that is near, not before left, and how much it and those that follow it
// weigh. The answer is good until the next call.
func (l *loess) at(x int, places []int, left int) (first int, kernel []float64) {
	near := min(l.window, len(places))
	for left+near < len(places) && places[left+near]-x < x-places[left] {
		left++
	}
	window := places[left : left+near]
	if near < l.window || window[near-1]-window[0] > near-1 {
		if l.room == nil {
			l.room = make([]float64, l.window)
		}
		l.weigh(l.room[:near], x, window, len(places))
		return left, l.room[:near]
	}
	kernel, known := l.kernels[x-window[0]]
	if !known {
		kernel = make([]float64, near)
		l.weigh(kernel, x, window, near)
		if l.kernels == nil || len(l.kernels) == 16 {
			l.kernels = map[int][]float64{}
		}
		l.kernels[x-window[0]] = kernel
	}
	return left, kernel
}

// weigh writes into k the weights of the measurements near x, of n in total, in
// the regression at x.
func (l *loess) weigh(k []float64, x int, places []int, n int) {
	reach := float64(max(x-places[0], places[len(places)-1]-x))
	if l.window > n {
		reach *= float64(l.window) / float64(n)
	}
	reach = max(reach, 1) // a single measurement, at x itself
	inverse := 1 / reach
	var sum, sumD, sumDD float64
	for i, place := range places {
		d := float64(place-x) * inverse
		size := max(d, -d)
		w := 1 - size*size*size
		w *= w * w
		k[i] = w
		sum += w
		sumD += w * d
		sumDD += w * d * d
	}
	if sum == 0 { // all of them at the edge
		for i := range k {
			k[i] = 1 / float64(len(k))
		}
		return
	}
	mean := sumD / sum
	spread := sumDD/sum - mean*mean
	lean := 0.0
	if l.line && spread >= 1e-6 {
		lean = mean / spread
	}
	for i, place := range places {
		k[i] *= (1 - lean*(float64(place-x)*inverse-mean)) / sum
	}
}
