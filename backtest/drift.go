package backtest

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// A Drift says whether demand has left what a model learnt.
type Drift struct {
	Drifted bool
	Errors  int     // that were looked at
	Sum     float64 // the larger of the two sums after the last error, in standard deviations
	Above   bool    // whether it is that of measurements above the forecast
	Since   int     // for how many errors that sum has been above zero: since when, most likely
}

// What a CUSUM is set to.
const (
	slack = 0.5 // half the shift that is looked for
	limit = 5.0 // at which a sum says that there is one
)

// Cusum looks for a lasting shift in standardised errors, oldest first: the
// two-sided cumulative sum of Page (Biometrika 41, 1954, 100-115), with a slack
// of half a standard deviation and a limit of 5. Without any shift it takes 465
// errors on average until a sum passes the limit, and with one of a standard
// deviation 10 (Montgomery, Introduction to Statistical Quality Control,
// section 9.1). Drifted is as of the last error: a shift that has passed is
// forgotten half as fast as it came.
func Cusum(errors []float64) Drift {
	var above, below Drift
	for _, e := range errors {
		above.add(e - slack)
		below.add(-e - slack)
	}
	d := below
	if above.Sum >= below.Sum {
		d = above
		d.Above = above.Sum > 0
	}
	d.Errors, d.Drifted = len(errors), d.Sum > limit
	return d
}

// add lets one more error count, in the direction in which it is positive.
func (d *Drift) add(e float64) {
	d.Sum += e
	d.Since++
	if d.Sum <= 0 {
		d.Sum, d.Since = 0, 0
	}
}

// String says it in a sentence.
func (d Drift) String() string {
	if !d.Drifted {
		return fmt.Sprintf("no drift in %s", capacity.Count(d.Errors, "error"))
	}
	side := "below"
	if d.Above {
		side = "above"
	}
	return fmt.Sprintf("for %s demand has lain %s what the model expects, by a cumulative sum of %s standard deviations where %s is the limit",
		capacity.Count(d.Since, "measurement"), side, capacity.Trim(d.Sum, 1), capacity.Trim(limit, 1))
}

// Errors is the errors of one step ahead in recent, oldest first, standardised
// by c: 1.645 is the quantile 0.95 and -1.645 the quantile 0.05, as of a normal
// distribution. None counts as more than 3, so that no two of them pass the
// limit of [Cusum]. A calibration that knows no error gives none.
func (c Calibration) Errors(recent []Origin) []float64 {
	const normal, most = 1.645, 3
	var errors []float64
	for _, o := range recent {
		if len(o.Steps) == 0 || o.Steps[0] != 0 {
			continue
		}
		ends := c.Forecast("", time.Time{}, 0, o.Point[:1], []float64{0.05, 0.95}).Values
		e, width := o.Actual[0]-o.Point[0], ends[1][0]-o.Point[0]
		if e < 0 {
			width = o.Point[0] - ends[0][0]
		}
		if width > 0 {
			errors = append(errors, max(-most, min(normal*over(e, width), most)))
		}
	}
	return errors
}
