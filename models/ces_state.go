package models

import "math"

// A cesState is the complex state of [ces] and its complex smoothing.
type cesState struct {
	Alpha       [2]float64 // the real and the imaginary part
	Level, Lack float64    // the next step is expected to be the level
}

// see takes one more step into the state; a gap brings no error.
func (s *cesState) see(v float64) {
	e := v - s.Level
	if math.IsNaN(v) {
		e = 0
	}
	s.Level, s.Lack = s.Level-(1-s.Alpha[1])*s.Lack+(s.Alpha[0]-s.Alpha[1])*e,
		s.Level+(1-s.Alpha[0])*s.Lack+(s.Alpha[0]+s.Alpha[1])*e
}

// stable reports whether what was long ago is forgotten: whether the matrix
// that takes one state to the next, given the load, has its eigenvalues inside
// the unit circle.
func (s *cesState) stable() bool {
	real, imaginary := s.Alpha[0], s.Alpha[1]
	trace := 2 - 2*real + imaginary
	determinant := (1-real+imaginary)*(1-real) + (1-imaginary)*(1-real-imaginary)
	return math.Abs(determinant) < 1 && math.Abs(trace) < 1+determinant
}

// start sets the first state to the one with the least sum of squared errors
// one step ahead over x, and returns that sum.
func (s *cesState) start(x []float64) (squares float64) {
	// The errors are those from a state of zero less those that a level and a
	// lack of one would have explained.
	zero, level, lack := *s, *s, *s
	zero.Level, zero.Lack = 0, 0
	level.Level, level.Lack = 1, 0
	lack.Level, lack.Lack = 0, 1
	var ea, eb, aa, ab, bb float64
	for _, v := range x {
		e, a, b := v-zero.Level, level.Level, lack.Level
		zero.see(v)
		none := v - v // 0, or a gap like v
		if !math.IsNaN(v) {
			ea, eb = ea+e*a, eb+e*b
			aa, ab, bb = aa+a*a, ab+a*b, bb+b*b
		}
		level.see(none)
		lack.see(none)
	}
	s.Level, s.Lack = 0, 0
	if free := aa*bb - ab*ab; free > 1e-9*aa*bb {
		s.Level, s.Lack = (ea*bb-eb*ab)/free, (eb*aa-ea*ab)/free
	} else if aa > 0 {
		s.Level = ea / aa
	}
	// The sums would tell it too, but not where it is all but zero.
	state := *s
	for _, v := range x {
		if e := v - state.Level; !math.IsNaN(e) {
			squares += e * e
		}
		state.see(v)
	}
	return squares
}
