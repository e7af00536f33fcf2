package nowcast

import "math"

// Care keeps the share of time in which capacity is missing at what was
// promised, whatever the forecasts are worth: each minute in which it was
// missing makes the worth of a minute grow, each other one makes it shrink a
// little, so that only the promised share leaves it as it is. It is the adaptive
// conformal inference of Gibbs and Candès (NeurIPS 34, 2021), on the logarithm
// of the worth: over T minutes the share is off by no more than the range of
// that logarithm over T times the rate.
type Care struct {
	Share float64 // that is promised
	Log   float64 // of the worth of a minute
}

const (
	careRate  = 0.01 // of the logarithm, for a minute of missing capacity
	mostCare  = 11.5 // a minute is worth at most e^11.5, a hundred thousand
	leastCare = 0.7  // and at least two
)

// NewCare promises that capacity is missing in at most that share of the time.
func NewCare(share float64) Care {
	return Care{Share: share, Log: min(max(-math.Log(share), leastCare), mostCare)}
}

// Judge takes in whether capacity was missing for so many minutes.
func (c *Care) Judge(missing bool, minutes float64) {
	step := -c.Share
	if missing {
		step = 1 - c.Share
	}
	c.Log = min(max(c.Log+careRate*minutes*step, leastCare), mostCare)
}

// Worth is what a minute without missing capacity is worth now, in
// unit-minutes, as [Terms] wants it.
func (c *Care) Worth() float64 { return math.Exp(c.Log) }
