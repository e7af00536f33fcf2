package backtest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Calibration turns a point forecast into quantiles by the errors of a
// backtest, as in split-conformal prediction (Lei, G'Sell, Rinaldo, Tibshirani
// and Wasserman, Journal of the American Statistical Association 113, 2018).
//
// A backtest has few origins, and the errors at one origin are alike. So the
// errors of all origins and steps are brought to one scale, by the load that
// was forecast and by the stretch of the horizon, and together give the [Shape]
// of their distribution, which is completed by what is usual. The median is the
// point forecast, unless origins that had no part in it say that another is better.
//
// The zero Calibration knows no error: every quantile is the point forecast.
type Calibration struct {
	// Floor is the load that is added to the forecast to give the spread, which
	// errors are proportional to.
	Floor  float64
	Blocks []Block // ascending; the last one also serves all later steps
	Shape  Shape
}

// A Block is what is known of the errors in one stretch of the horizon.
type Block struct {
	End   int     // the step of the horizon, from 0, before which the block ends
	Scale float64 // mean absolute error, as a share of the spread
	// What [Calibration.Adapt] learnt since: how far measurements lie above the
	// forecast on average, in units of Scale, and the logarithms by which the
	// distances of the quantiles above and below are stretched.
	Bias, Up, Down float64
	// Centre is how far the median lies above the point forecast, in units of
	// Scale; 0 unless the backtest has shown a bias.
	Centre float64 `json:",omitempty"`
}

// Calibrate makes a Calibration from all origins of r. It returns ErrNoData if
// r has no forecast step with a measurement.
func Calibrate(r Result) (Calibration, error) {
	c := calibrate(r.Origins)
	if len(c.Blocks) == 0 {
		return c, fmt.Errorf("calibrate %q: its backtest has no measured step, backtest it on more history: %w", r.Score.Model, capacity.ErrNoData)
	}
	return c, nil
}

// calibrate is Calibrate where having no errors is no error.
func calibrate(origins []Origin) Calibration {
	n, horizon := 0, 0
	for _, o := range origins {
		if len(o.Steps) > 0 {
			n++
			horizon = max(horizon, o.Steps[len(o.Steps)-1]+1)
		}
	}
	if n == 0 {
		return Calibration{}
	}
	c := Calibration{Floor: floor(origins, n), Blocks: blocks(horizon)}
	errors := make([][]float64, len(origins))
	for k, o := range origins {
		errors[k] = make([]float64, len(o.Steps))
		for i := range o.Steps {
			errors[k][i] = c.share(o, i)
		}
	}
	c.scale(origins, errors)
	c.Shape = shape(c.standardised(origins, errors), n)
	c.centre(origins, errors)
	c.widen(n)
	return c
}

// spread is what errors are measured in. Errors of load grow with the load,
// since what comes unforeseen is more users or fewer; but at night they do not
// vanish with it. It is 0 where there never was any load.
func (c Calibration) spread(point float64) float64 {
	return min(point+c.Floor, math.MaxFloat64)
}

// block is the place of the block that serves a step of the horizon.
func (c Calibration) block(step int) int {
	i, _ := slices.BinarySearchFunc(c.Blocks, step+1, func(b Block, end int) int { return b.End - end })
	return min(i, len(c.Blocks)-1)
}

// standardised is the errors, which are shares of the spread, in units of their
// block's scale, ascending. Of a long block at most 16 steps of an origin are
// taken: steps side by side err alike, and tell no more than one.
func (c Calibration) standardised(origins []Origin, errors [][]float64) []float64 {
	const most = 16
	var all []float64
	for k, o := range origins {
		b, start := 0, 0
		for i, t := range o.Steps {
			for t >= c.Blocks[b].End {
				start = c.Blocks[b].End
				b++
			}
			every := (c.Blocks[b].End - start + most - 1) / most
			if (c.Blocks[b].End-1-t)%every == 0 {
				all = append(all, c.Blocks[b].standard(errors[k][i]))
			}
		}
	}
	slices.Sort(all)
	return all
}

// share is the error of the i-th measured step of o as a share of the spread.
func (c Calibration) share(o Origin, i int) float64 {
	return over(o.Actual[i]-o.Point[i], c.spread(o.Point[i]))
}

// standard is a share of the spread in units of the block's scale.
func (b Block) standard(share float64) float64 { return over(share, b.Scale) }

// over is a / b: 0 where b is, and never so large that sums could overflow.
func over(a, b float64) float64 {
	const most = 1e9
	if !(b > 0) {
		return 0
	}
	return max(-most, min(a/b, most))
}

// Forecast is the forecast of the steps from start on whose point forecast is
// given, finite and not negative, at levels, which ascend inside (0, 1). Its
// values are finite, never negative, and never cross.
func (c Calibration) Forecast(model string, start time.Time, step time.Duration, point, levels []float64) capacity.Forecast {
	f := capacity.Forecast{Model: model, Start: start, Step: step, Levels: slices.Clone(levels), Values: make([][]float64, len(levels))}
	distances := c.distances(levels)
	for i := range levels {
		f.Values[i] = make([]float64, len(point))
		for t, p := range point {
			f.Values[i][t] = c.at(distances[i], c.block(t), p)
		}
	}
	return f
}

// distances is, for each level and block, how far the quantile is from the
// point forecast, as a share of the spread.
func (c Calibration) distances(levels []float64) [][]float64 {
	all := make([][]float64, len(levels))
	for i, q := range levels {
		r := c.Shape.quantile(q)
		all[i] = make([]float64, len(c.Blocks))
		for b, block := range c.Blocks {
			all[i][b] = block.Scale * block.adapted(r)
		}
	}
	return all
}

// at is the quantile that has these distances, in that block.
func (c Calibration) at(distances []float64, block int, point float64) float64 {
	if len(distances) == 0 {
		return point
	}
	return min(max(0, point+distances[block]*c.spread(point)), math.MaxFloat64)
}
