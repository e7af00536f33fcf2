package backtest

import (
	"math"
	"slices"
)

// When the median is moved away from the point forecast. The values were chosen on
// tuning origins: of M4 and NN5 inside the training part, of cloud load before the
// last two fifths.
const (
	neutral = 4.0 // so many origins weigh as much as no bias at all
	gaining = 0.9 // so much of the error must be left, at origins that did not teach it
)

// centre sets the Centre of the blocks in which the point forecast is biased: in
// which the median of the errors at all other origins, drawn towards 0, makes the
// mean absolute error at an origin clearly less. Most models forecast the mean, and
// load in bursts is mostly below its mean.
func (c *Calibration) centre(origins []Origin, errors [][]float64) {
	own := make([][][]float64, len(c.Blocks)) // standardised, by block and origin
	for b := range own {
		own[b] = make([][]float64, len(origins))
	}
	for k, o := range origins {
		b := 0
		for i, t := range o.Steps {
			for t >= c.Blocks[b].End {
				b++
			}
			own[b][k] = append(own[b][k], c.Blocks[b].standard(errors[k][i]))
		}
	}
	for b := range c.Blocks {
		with, without := 0.0, 0.0
		for k, here := range own[b] {
			median := drawn(own[b], k)
			for _, e := range here {
				with += math.Abs(e - median)
				without += math.Abs(e)
			}
		}
		if with < gaining*without {
			c.Blocks[b].Centre = drawn(own[b], -1)
		}
	}
}

// drawn is the median of the errors at all origins but one, drawn towards 0.
func drawn(own [][]float64, but int) float64 {
	var all []float64
	n := 0.0
	for k, errors := range own {
		if k != but && len(errors) > 0 {
			all = append(all, errors...)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	slices.Sort(all)
	return n / (n + neutral) * ranked(all, 0.5)
}

// Median is the median of the forecast of the steps whose point forecast is given:
// that forecast itself, but where it has shown a bias.
func (c Calibration) Median(point []float64) []float64 {
	distances := c.distances([]float64{0.5})
	median := make([]float64, len(point))
	for t, p := range point {
		median[t] = c.at(distances[0], c.block(t), p)
	}
	return median
}
