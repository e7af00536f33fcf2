package backtest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Calibration turns a point forecast into quantiles by the residuals of a
// backtest: split-conformal prediction (Lei, G'Sell, Rinaldo, Tibshirani and
// Wasserman, Journal of the American Statistical Association 113, 2018), with
// each side of the forecast on its own. A level so high or low that its residual
// would lie beyond the worst that was seen gets the worst. The zero Calibration
// knows no error: every quantile is the point forecast.
type Calibration struct {
	Level  float64 // mean of the measured load it was made from
	Blocks []Block // ascending; the last one also serves all later steps
}

// A Block is what is known of the errors in one stretch of the horizon.
type Block struct {
	End int // the step of the horizon, from 0, before which the block ends
	// Residuals are (measured - forecast) / spread, ascending.
	Residuals []float64
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

// enough is how many residuals a block has at least where there are so many: a
// hundred, so that the level 0.99 is not always the worst that was seen.
const enough = 100

// calibrate is Calibrate where having no residuals is no error.
func calibrate(origins []Origin) Calibration {
	var level mean
	horizon := 0
	for _, o := range origins {
		for i, y := range o.Actual {
			level.add(y)
			horizon = max(horizon, o.Steps[i]+1)
		}
	}
	c := Calibration{Level: level.value}
	byStep := make([][]float64, horizon)
	for _, o := range origins {
		for i, y := range o.Actual {
			t := o.Steps[i]
			byStep[t] = append(byStep[t], (y-o.Point[i])/c.spread(o.Point[i]))
		}
	}
	// Errors grow fast at first and slowly later, so each block is as long as
	// all before it, and longer if it needs to be to have enough.
	for start := 0; start < horizon; {
		end := min(max(1, 2*start), horizon)
		residuals := slices.Concat(byStep[start:end]...)
		for ; end < horizon && len(residuals) < enough; end++ {
			residuals = append(residuals, byStep[end]...)
		}
		if n := len(c.Blocks); n > 0 && len(residuals) < enough/2 {
			// What is left over is too little for a block of its own.
			c.Blocks[n-1].End = end
			c.Blocks[n-1].Residuals = append(c.Blocks[n-1].Residuals, residuals...)
		} else {
			c.Blocks = append(c.Blocks, Block{End: end, Residuals: residuals})
		}
		start = end
	}
	for _, b := range c.Blocks {
		slices.Sort(b.Residuals)
	}
	return c
}

// spread is what residuals are measured in: the forecast plus a share of the
// mean load. Errors of load grow with the load, since what comes unforeseen is
// more users or fewer; but at night they do not vanish with it.
func (c Calibration) spread(point float64) float64 {
	if spread := point + floorShare*c.Level; spread > 0 {
		return min(spread, math.MaxFloat64)
	}
	return 1
}

const floorShare = 0.3

// quantile is the quantile q of a step of the horizon with that point forecast:
// never negative, and never below that of a smaller q.
//
// In truth errors do not shrink as the horizon grows. Where a block seems to
// err less than one before it, either may be luck, since all its residuals come
// from few origins; so it is given the mean of its own and the widest so far.
func (c Calibration) quantile(q float64, step int, point float64) float64 {
	own, widest := 0.0, 0.0
	for i, b := range c.Blocks {
		own = b.quantile(q)
		switch {
		case i == 0 || q == 0.5:
			widest = own
		case q > 0.5:
			widest = max(widest, own)
		default:
			widest = min(widest, own)
		}
		if step < b.End {
			break
		}
	}
	residual := own/2 + widest/2
	return min(max(0, point+residual*c.spread(point)), math.MaxFloat64)
}

// quantile is the residual of rank q·(n+1), rounded away from the median: one
// more than n for the measurement to come, which is as likely to fall into any
// of the gaps between the residuals.
func (b Block) quantile(q float64) float64 {
	n := len(b.Residuals)
	if n == 0 {
		return 0
	}
	rank := math.Floor(q * float64(n+1))
	if q >= 0.5 {
		rank = math.Ceil(q * float64(n+1))
	}
	return b.Residuals[min(max(int(rank), 1), n)-1]
}

// Forecast is the forecast of the steps from start on whose point forecast is
// given, finite and not negative, at levels, which ascend inside (0, 1). Its
// values are finite, never negative, and never cross.
func (c Calibration) Forecast(model string, start time.Time, step time.Duration, point, levels []float64) capacity.Forecast {
	f := capacity.Forecast{Model: model, Start: start, Step: step, Levels: slices.Clone(levels), Values: make([][]float64, len(levels))}
	for i, q := range levels {
		f.Values[i] = make([]float64, len(point))
		for t, p := range point {
			f.Values[i][t] = c.quantile(q, t, p)
		}
	}
	return f
}
