package backtest_test

import (
	"math"
	"testing"

	"headroom/backtest"
)

// The median leaves the point forecast where all origins agree that it should, the
// more of them there are the farther, and stays where they do not.
func TestCalibration_Median(t *testing.T) {
	point := []float64{100, 100}
	for name, c := range map[string]struct {
		origins int
		errors  func(i int) float64
		want    float64 // of the median of 100
	}{
		"no bias":              {8, func(i int) float64 { return float64(2*(i/2%2)-1) * 5 }, 100},
		"always 10 above":      {8, func(int) float64 { return 10 }, 100 + 10*8.0/12},
		"always, many origins": {96, func(int) float64 { return 10 }, 100 + 10*96.0/100},
		"always below":         {8, func(int) float64 { return -10 }, 100 - 10*8.0/12},
		"one origin of eight":  {8, func(i int) float64 { return map[bool]float64{true: 80}[i < 2] }, 100},
	} {
		t.Run(name, func(t *testing.T) {
			i := -1
			calibrated := calibration(t, noisy(c.origins, 2, func(int) float64 { i++; return c.errors(i) }))
			// The scale allows for what few errors hide, and the median with it: up to a
			// tenth of the way.
			for _, got := range calibrated.Median(point) {
				if far := math.Abs(c.want - 100); math.Abs(got-c.want) > far/8+1e-9 {
					t.Errorf("got a median of %.2f, want %.2f", got, c.want)
				}
			}
		})
	}
	if got := (backtest.Calibration{}).Median(point); got[0] != 100 || got[1] != 100 {
		t.Errorf("nothing known: got %v, want the point forecast", got)
	}
}
