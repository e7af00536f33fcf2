package models

import "math"

// A thetaLine is the state of [dotm] after some steps.
type thetaLine struct {
	alpha        float64
	level        float64 // smoothed from a first level of 0
	start        float64 // the weight that the first level still has
	ahead        float64 // how far the next step is from the smoothed time
	steps        float64
	n, t, x      float64 // of what was measured: the number and the means
	squares, sum float64 // of products about the means: t·t and t·x
}

func newThetaLine(alpha float64) *thetaLine { return &thetaLine{alpha: alpha, start: 1, ahead: 1} }

// next is what the state expects of the next step: the smoothed load from a
// first level of 0, the weight of that level, and how much the line so far
// adds to the smoothed load if its weight is 1.
func (l *thetaLine) next() (smoothed, start, tilt float64) {
	slope := 0.0
	if l.squares > 0 {
		slope = l.sum / l.squares
	}
	intercept := l.x - slope*l.t
	return l.level, l.start, intercept*l.start + slope*l.ahead
}

// see takes one more step into the state. A gap only lets time pass.
func (l *thetaLine) see(v float64) {
	l.steps++
	if math.IsNaN(v) {
		l.ahead++
		return
	}
	l.ahead = 1 + (1-l.alpha)*l.ahead
	l.level += l.alpha * (v - l.level)
	l.start *= 1 - l.alpha
	l.n++
	dt, dx := l.steps-l.t, v-l.x
	l.t += dt / l.n
	l.x += dx / l.n
	l.squares += dt * (l.steps - l.t)
	l.sum += dt * (v - l.x)
}

// best is the first level and the weight of the line, from 0 to below 1, with
// the least sum of squared errors one step ahead, and that sum.
func (l *thetaLine) best(x []float64) (square, first, weight float64) {
	var ee, es, et, ss, st, tt float64
	for _, v := range x {
		smoothed, start, tilt := l.next()
		l.see(v)
		if math.IsNaN(v) {
			continue
		}
		e := v - smoothed
		ee += e * e
		es += e * start
		et += e * tilt
		ss += start * start
		st += start * tilt
		tt += tilt * tilt
	}
	if ss == 0 {
		return 0, 0, 0
	}
	if free := ss*tt - st*st; free > 1e-12*ss*tt {
		weight = min(max((ss*et-st*es)/free, 0), 1)
	}
	first = (es - weight*st) / ss
	return ee - 2*first*es - 2*weight*et + first*first*ss + 2*first*weight*st + weight*weight*tt, first, weight
}
