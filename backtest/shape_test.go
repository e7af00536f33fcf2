package backtest_test

import (
	"math"
	"testing"

	"headroom/backtest"
)

// Where nothing was seen the quantiles are those of Student's t with three
// degrees of freedom, as in any table of it (0.999: 10.215). Here its unit is 1.
func TestShape_Usual(t *testing.T) {
	c := backtest.Calibration{Blocks: []backtest.Block{{End: 1, Scale: 0.01}}}
	levels := []float64{0.001, 0.025, 0.1, 0.5, 0.6, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999}
	want := []float64{-10.215, -3.182, -1.638, 0, 0.277, 1.638, 2.353, 3.182, 4.541, 5.841, 10.215}
	for i, f := range quantiles(c, []float64{100}, levels) {
		if got := f[0] - 100; math.Abs(got-want[i]) > 6e-4 {
			t.Errorf("level %v: got %.4f, want %v", levels[i], got, want[i])
		}
	}
}

// Errors that follow a generalised Pareto distribution of shape 0.5 go on with
// that shape beyond any of their quantiles. What 40 of them in the tail say is
// drawn to 0.2 with the weight of 20: (40·0.5 + 20·0.2) / 60 = 0.4.
func TestShape_Tail(t *testing.T) {
	const n = 400
	pareto := func(q float64) float64 { return 2 * (math.Pow(1-q, -0.5) - 1) }
	i := 0
	c := calibration(t, noisy(n, 1, func(int) float64 {
		i++
		return pareto((float64(i*7%n) + 0.5) / n)
	}))
	if got := c.Shape.High.Shape; math.Abs(got-0.4) > 0.05 {
		t.Errorf("upper tail: got a shape of %.3f, want 0.4 within 0.05", got)
	}
	// The lower end is a sharp one.
	if got := c.Shape.Low.Shape; got > 0.05 {
		t.Errorf("lower tail: got a shape of %.3f, want at most 0.05", got)
	}
	// All errors are above the forecast, so that the median is as well.
	for _, q := range []float64{0.9, 0.95, 0.99, 0.999} {
		got := quantiles(c, []float64{100}, []float64{q})[0][0] - 100
		if want := pareto(q); got < 0.7*want || got > 1.2*want {
			t.Errorf("level %v: got %.2f above the forecast, want about %.2f", q, got, want)
		}
	}
}

// However close two levels are, also where the tails begin, the higher one is
// not below the other.
func TestShape_Rises(t *testing.T) {
	i := 0
	c := calibration(t, noisy(5, 20, func(int) float64 {
		i++
		return float64(i*i%23) - 7
	}))
	var levels []float64
	for q := 0.002; q < 0.999; q += 0.002 {
		levels = append(levels, q)
	}
	values := quantiles(c, []float64{100}, levels)
	for i := range levels[1:] {
		if values[i+1][0] <= values[i][0] {
			t.Errorf("level %.3f: got %v, want more than %v", levels[i+1], values[i+1][0], values[i][0])
		}
	}
}
