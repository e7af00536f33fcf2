package models

import "math"

// A scale is the one on which a regression is linear: load over its mean, or
// the logarithm of that.
type scale struct {
	Log  bool
	Unit float64 // the mean of the load that it was made for
	// Shift is added before the logarithm. It is zero unless the load comes
	// near zero, whose logarithm would drown everything else: then it lifts
	// the least load to a hundredth of the mean.
	Shift float64
}

// newScale fits a scale to values, of which gaps are ignored.
func newScale(log bool, values []float64) scale {
	mean, n, least := 0.0, 0.0, math.Inf(1)
	for _, v := range values {
		if !math.IsNaN(v) {
			n++
			mean += (v - mean) / n
			least = min(least, v)
		}
	}
	s := scale{Log: log, Unit: mean}
	if mean == 0 {
		s.Unit = 1
	}
	if log {
		s.Shift = max(0, 0.01-least/s.Unit)
	}
	return s
}

// of is load on the scale. A gap stays NaN.
func (s scale) of(load float64) float64 {
	if !s.Log {
		return load / s.Unit
	}
	// The floor is for load that fell below all that the scale was made for.
	return math.Log(max(load/s.Unit+s.Shift, 1e-4))
}

// load is the inverse of of, finite and never negative.
func (s scale) load(x float64) float64 {
	if s.Log {
		x = math.Exp(x) - s.Shift
	}
	return min(max(0, x)*s.Unit, math.MaxFloat64)
}

// valid reports whether a stored scale can be used.
func (s scale) valid() bool { return s.Unit > 0 && s.Shift >= 0 }
