package models

import "slices"

// A start is where following a series begins. It is cast back: from rough
// [seeds] at the end of the series a state is led to its beginning, so that all
// of the series has a say in it, and the rest of the roughness is soon
// forgotten.
type start struct {
	back         []float64 // the series, latest first
	level, slope float64   // before the first of back
	season       []float64 // of back
	s            smoothed  // room for what is returned
}

// backward is x, latest first.
func backward(x []float64) []float64 {
	back := slices.Clone(x)
	slices.Reverse(back)
	return back
}

// newStart prepares to follow the series that is back when it is turned, with a
// season of so many steps, or 0.
func newStart(back []float64, season int, sloped bool) *start {
	b := &start{back: back}
	b.level, b.slope, b.season = seeds(b.back, season, sloped)
	b.s.season = make([]float64, len(b.season))
	return b
}

// of is the state in which p begins. It is overwritten by the next call; turned
// has room for a season.
func (b *start) of(p smoothing, turned []float64) *smoothed {
	copy(turned, b.season)
	slope := p.Phi * b.slope
	r := smoothed{b.level + slope, slope, turned, 0}
	p.follow(b.back, &r)
	// What is expected of the step before the first, and then of the first.
	b.s.level, b.s.slope, b.s.at = r.level-r.slope, -r.slope, 0
	turn(b.s.season, turned, r.at)
	return &b.s
}

// forecast is what follows x, of which p follows every step, for h steps. If
// there is a slope, the second path is the one without it.
func (p smoothing) forecast(x []float64, h int) (paths [][]float64) {
	s := newStart(backward(x), p.Season, p.Phi > 0).of(p, make([]float64, max(1, p.Season)))
	p.follow(x, s)
	paths = append(paths, p.ahead(*s, h))
	if p.Phi > 0 {
		s.level, s.slope = s.level-s.slope, 0
		paths = append(paths, p.ahead(*s, h))
	}
	return paths
}
