package backtest

import "math"

// A Shape is the distribution of errors in units of their scale, its median
// taken to be 0: a mixture, quantile by quantile, of what was seen and of
// Student's t with three degrees of freedom, whose tails are those of errors of
// load.
type Shape struct {
	Weight float64 // of what was seen, below 1
	// Inner is the quantiles 0.1, 0.15 and so on to 0.9 that were seen, less
	// their median.
	Inner     []float64
	Low, High Tail // beyond the first and the last of them
}

// Where the tails begin.
const edge = 0.9

// shape is the Shape of errors, ascending, from n origins. Eight origins weigh
// as much as what is usual.
func shape(errors []float64, n int) Shape {
	if len(errors) == 0 {
		return Shape{}
	}
	s := Shape{Weight: float64(n) / (float64(n) + 8), Inner: make([]float64, 17)}
	median := ranked(errors, 0.5)
	for i := range s.Inner {
		s.Inner[i] = ranked(errors, 0.1+0.05*float64(i)) - median
	}
	var above, below []float64
	for i := range errors {
		if e := errors[i] - median - s.Inner[16]; e > 0 {
			above = append(above, e)
		}
		if e := s.Inner[0] + median - errors[len(errors)-1-i]; e > 0 {
			below = append(below, e)
		}
	}
	s.High, s.Low = tail(above), tail(below)
	return s
}

// quantile is the quantile q of an error.
func (s Shape) quantile(q float64) float64 {
	if q == 0.5 {
		return 0
	}
	seen := 0.0
	switch {
	case s.Weight == 0:
	case q > edge:
		seen = s.Inner[16] + s.High.quantile((1-q)/(1-edge))
	case q < 1-edge:
		seen = s.Inner[0] - s.Low.quantile(q/(1-edge))
	default:
		seen = between(s.Inner, (q-(1-edge))/0.05)
	}
	return s.Weight*seen + (1-s.Weight)*student(q)
}

// ranked is the value of rank q·(n+1) among n that ascend, between two if need
// be, and never beyond the first or the last: one more than n for the error to
// come, which is as likely to fall into any of the gaps.
func ranked(values []float64, q float64) float64 {
	return between(values, q*float64(len(values)+1)-1)
}

// between is the value at a place, counted from 0, on the line between the
// values at either side.
func between(values []float64, place float64) float64 {
	place = max(0, min(place, float64(len(values)-1)))
	i := int(place)
	if i == len(values)-1 {
		return values[i]
	}
	return values[i] + (place-math.Floor(place))*(values[i+1]-values[i])
}
