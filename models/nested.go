package models

import (
	"math"
	"slices"
)

// nested is exponential smoothing with two seasons, without a slope, whose
// errors are an autoregression.
type nested struct {
	Day, Week int     // steps
	Alpha     float64 // the level's share of an error
	Delta     float64 // the day's share
	Omega     float64 // the week's share
	Phi       float64 // what is expected to remain of an error one step later
}

// A nestedState is the state of a nested between two steps.
type nestedState struct {
	level, e      float64 // e is the last error, or what is left of it after a gap
	day, week     []float64
	inDay, inWeek int // the phases of the next step
}

// follow takes s along x and returns the sum of the squared errors of one step
// ahead. A gap passes the state as it is forecast.
func (p nested) follow(x []float64, s *nestedState) (squares float64) {
	level, last, day, week, i, j := s.level, s.e, s.day, s.week, s.inDay, s.inWeek
	for _, v := range x {
		last *= p.Phi
		if e := (v - day[i] - week[j]) - level; e == e { // not a gap, which is NaN
			squares += (e - last) * (e - last)
			level += p.Alpha * e
			day[i] += p.Delta * e
			week[j] += p.Omega * e
			last = e
		}
		if i++; i == len(day) {
			i = 0
		}
		if j++; j == len(week) {
			j = 0
		}
	}
	s.level, s.e, s.inDay, s.inWeek = level, last, i, j
	return squares
}

// forecast is what follows x, of which p follows every step, for h steps.
func (p nested) forecast(x []float64, h int) []float64 {
	s := newNestedStart(x, p.Day, p.Week).of(p)
	p.follow(x, s)
	path := make([]float64, h)
	for t := range path {
		s.e *= p.Phi
		path[t] = s.level + s.day[(s.inDay+t)%p.Day] + s.week[(s.inWeek+t)%p.Week] + s.e
	}
	return path
}

// usable reports whether p, which may have been read, can follow a load.
func (p nested) usable() bool {
	return p.Day >= 2 && p.Week > p.Day && p.Week <= math.MaxInt32 &&
		p.Alpha >= 0 && p.Delta >= 0 && p.Omega >= 0 && p.Alpha+p.Delta+p.Omega <= 1 && p.Phi > -1 && p.Phi < 1
}

// A nestedStart is where following a series begins, cast back as by [start].
type nestedStart struct {
	back  []float64   // the series, latest first
	rough nestedState // before the first of back
	r, s  nestedState
}

// newNestedStart prepares to follow x. Day and week start as in the classical
// decomposition, one after the other.
func newNestedStart(x []float64, day, week int) *nestedStart {
	back := slices.Clone(x)
	slices.Reverse(back)
	b := &nestedStart{back: back}
	b.rough.day = profile(back, day)
	rest := slices.Clone(back)
	for i := range rest {
		rest[i] -= b.rough.day[i%day]
	}
	b.rough.week = profile(rest, week)
	b.rough.level, _ = lineBefore(rest, b.rough.week, week, false)
	for _, s := range []*nestedState{&b.r, &b.s} {
		s.day, s.week = make([]float64, day), make([]float64, week)
	}
	return b
}

// of is the state in which p begins. It is overwritten by the next call.
func (b *nestedStart) of(p nested) *nestedState {
	copy(b.r.day, b.rough.day)
	copy(b.r.week, b.rough.week)
	b.r.level, b.r.e, b.r.inDay, b.r.inWeek = b.rough.level, 0, 0, 0
	p.follow(b.back, &b.r)
	b.s.level, b.s.e, b.s.inDay, b.s.inWeek = b.r.level, 0, 0, 0
	turn(b.s.day, b.r.day, b.r.inDay)
	turn(b.s.week, b.r.week, b.r.inWeek)
	return &b.s
}

// turn writes into forward the ring of a season that was followed backward up
// to that phase.
func turn(forward, backward []float64, phase int) {
	n := len(forward)
	for k := range forward {
		forward[n-1-k] = backward[(phase+k)%n]
	}
}
