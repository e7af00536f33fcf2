package models_test

import (
	"math"
	"slices"
	"testing"

	"headroom/models"
)

// The coefficients are multiplied out from roots, so where these are is known.
func TestInvertible(t *testing.T) {
	for name, test := range map[string]struct {
		inverse []float64 // of the real roots
		radius  float64   // and of a pair of complex ones, at a right angle
		want    bool
	}{
		"none":              {nil, 0, true},
		"outside":           {[]float64{0.5, -0.9, 0.99}, 0.9, true},
		"one inside":        {[]float64{0.5, -1.01, 0.3}, 0.9, false},
		"on the circle":     {[]float64{0.5, 1}, 0, false},
		"a pair inside":     {[]float64{0.5, 0.5}, 1.02, false},
		"product is below1": {[]float64{1.5, 0.1}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := []float64{1, 0, test.radius * test.radius}
			for _, r := range test.inverse {
				c = append(c, 0)
				for i, before := len(c)-1, slices.Clone(c); i > 0; i-- {
					c[i] -= r * before[i-1]
				}
			}
			if got := models.Invertible(c); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// A smoothing is admissible if what it makes of a single error fades, which
// can be seen.
func TestAdmissible_Echo(t *testing.T) {
	both := map[bool]int{}
	for _, season := range []int{2, 4, 7} {
		for _, alpha := range []float64{0.05, 0.3, 0.9} {
			for _, beta := range []float64{0.02, 0.3, 0.9} {
				for _, gamma := range []float64{0.1, 0.5, 0.9} {
					for _, phi := range []float64{0, 0.8, 1} {
						p := models.Smoothing{Season: season, Alpha: alpha, Beta: alpha * beta, Gamma: (1 - alpha) * gamma, Phi: phi}
						impulse := make([]float64, 6000)
						impulse[0] = 1
						early, late := size(models.Echo(p, impulse[:3000])), size(models.Echo(p, impulse))
						fades := late < early || late < 1e-12
						if got := models.Admissible(p); got != fades {
							t.Errorf("%+v: got %v, and an error of 1 is %g and %g later on", p, got, early, late)
						}
						both[fades]++
					}
				}
			}
		}
	}
	if both[true] == 0 || both[false] == 0 {
		t.Errorf("got %v, want some that fade and some that do not", both)
	}
}

func size(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}
