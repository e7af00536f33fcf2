package models

import (
	"math"
	"slices"
)

// A smoothingSearch looks for the shares of a form of smoothing that leave x the
// least squared errors of one step ahead. It stays inside the usual bounds and,
// beyond them, where the model is admissible. What the state starts from is not
// searched for, see [start], but counts as estimated.
type smoothingSearch struct {
	form
	x        scaled
	n        float64   // measurements in x
	begin    *start    // of x
	scratch  []float64 // two more than the season
	place    []float64 // the best found so far
	unlikely float64   // the AICc there, up to a constant of the load
}

// A scaled is loads on a scale, and what that adds to minus twice the logarithm
// of their likelihood, so that models on different scales can be compared.
type scaled struct {
	on      scale
	x       []float64
	back    []float64 // x, latest first
	stretch float64
}

func newScaled(on scale, x []float64, stretch float64) scaled {
	return scaled{on, x, backward(x), stretch}
}

// newSmoothingSearch is a search that stands nowhere yet. There is none if x has
// too few measurements for the form.
func newSmoothingSearch(x scaled, f form) (s *smoothingSearch, ok bool) {
	s = &smoothingSearch{form: f, x: x, n: float64(whole(x.x)), unlikely: math.Inf(1)}
	if s.n < s.parameters()+2 || s.n < float64(2*f.season) {
		return nil, false
	}
	s.begin, s.scratch = newStart(x.back, f.season, f.slope != flat), make([]float64, f.season+2)
	return s, true
}

// step makes s stand at place if that is better, and tells whether it is.
func (s *smoothingSearch) step(place []float64) bool {
	unlikely := s.aicc(s.squares(place))
	if unlikely >= s.unlikely {
		return false
	}
	s.place, s.unlikely = place, unlikely
	return true
}

// explore makes s stand at the best of some places, if any is admissible.
func (s *smoothingSearch) explore() bool {
	// The longer the season, the less a slope may move to be admissible.
	for _, beta := range []float64{-3, -9} {
		for _, from := range starts(s.slope, s.season, beta) {
			s.step(from)
		}
		if s.place != nil {
			return true
		}
	}
	return false
}

// parameters counts what is estimated.
func (s *smoothingSearch) parameters() float64 {
	// The share and start of the level, and the variance; those of the slope
	// and its damping; the start of the season.
	return float64(3 + 2*min(s.slope, 1) + s.slope/2 + s.season)
}

// aicc is the AICc with these squared errors.
func (s *smoothingSearch) aicc(squares float64) float64 {
	k := s.parameters()
	// Below this it is rounding, on which no form should win.
	variance := max(squares/s.n, 1e-20)
	return s.n*math.Log(variance) + 2*k*s.n/(s.n-k-1) + s.x.stretch
}

// squares is the sum of the squared errors at a place, +Inf where it is not
// admissible.
func (s *smoothingSearch) squares(place []float64) float64 {
	p := smoothingAt(place, s.slope, s.season)
	if !p.admissible(s.scratch) {
		return math.Inf(1)
	}
	if sum := p.follow(s.x.x, s.begin.of(p, s.scratch[:max(1, s.season)])); sum < math.Inf(1) {
		return sum
	}
	return math.Inf(1) // also for NaN
}

// improve goes on from where s stands.
func (s *smoothingSearch) improve(by simplex) { s.step(by.descend(s.from(s.place), s.place)) }

// from is squares from where the state at one place starts. As that hardly
// depends on the place, a search need not cast it back again and again.
func (s *smoothingSearch) from(place []float64) func(place []float64) float64 {
	first := *s.begin.of(smoothingAt(place, s.slope, s.season), s.scratch[:max(1, s.season)])
	first.season = slices.Clone(first.season)
	return func(place []float64) float64 {
		p := smoothingAt(place, s.slope, s.season)
		if !p.admissible(s.scratch) {
			return math.Inf(1)
		}
		state := first
		state.season = s.scratch[:max(1, s.season)]
		copy(state.season, first.season)
		if sum := p.follow(s.x.x, &state); sum < math.Inf(1) {
			return sum
		}
		return math.Inf(1) // also for NaN
	}
}

// smoothing is where s stands.
func (s *smoothingSearch) smoothing() smoothing { return smoothingAt(s.place, s.slope, s.season) }
