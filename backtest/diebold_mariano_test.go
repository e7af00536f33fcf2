package backtest_test

import (
	"math"
	"slices"
	"testing"

	"headroom/backtest"
)

// All by hand, with the distribution function of Student's t with 3 degrees of
// freedom, 1/2 + (x/(1+x²) + atan x)/π for x = t/√3.
func TestDieboldMariano(t *testing.T) {
	for name, test := range map[string]struct {
		differences []float64
		ahead       int
		want        float64
	}{
		// Mean 2.5, variance 1.25: 2.5/√(1.25/4)·√(3/4) = √15, x = √5.
		"one step": {[]float64{1, 2, 3, 4}, 1, 0.015233},
		// The covariance is 0.3125: 2.5/√(1.875/4)·√(1.5/4) = √5, x = √(5/3).
		"two steps": {[]float64{1, 2, 3, 4}, 2, 0.055684},
		// The covariance is -0.75, the variance 1 - 1.5 below zero: 2/√(1/4)·√(3/4)
		// = √12, x = 2.
		"a negative variance": {[]float64{3, 1, 3, 1}, 2, 0.020260},
		"the other way":       {[]float64{-1, -2, -3, -4}, 1, 1 - 0.015233},
		// No more than three: the variance is 1.25 + 2·(0.3125 - 0.375), and
		// 2.5/√(1.125/4)·√(0.5/4) = 5/3.
		"more than there are": {[]float64{1, 2, 3, 4}, 9, 0.097086},
		"none":                {nil, 1, 1},
		"one":                 {[]float64{5}, 1, 1},
		"no difference":       {[]float64{0, 0, 0}, 1, 1},
		"always better":       {[]float64{2, 2, 2}, 1, 0},
		"always worse":        {[]float64{-2, -2, -2}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := backtest.DieboldMariano(test.differences, test.ahead); math.Abs(got-test.want) > 1e-6 {
				t.Errorf("got %.6f, want %.6f", got, test.want)
			}
		})
	}
	// A step of noise around nothing is not often a discovery.
	if got := backtest.DieboldMariano(slices.Repeat([]float64{1, -1.1, 0.3}, 5), 1); got < 0.3 || got > 0.7 {
		t.Errorf("noise: got %v, want about a half", got)
	}
}
