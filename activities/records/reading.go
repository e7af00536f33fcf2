package records

import (
	"time"

	"headroom/capacity"
	"headroom/pipeline"
)

// A Reading is what a step found out about a service's load and units, for gauges.
// What it did not look at is zero.
type Reading struct {
	Service string
	Now     time.Time // on the service's clock
	Speed   float64   // of that clock; 0: it is the wall's

	Load     float64   // that was measured last, per second
	Measured time.Time // when; zero: Load was not read, or is not fresh

	// Of the newest plan, carried out or not; a nil Plan was not read.
	Policy   capacity.Policy
	Plan     *capacity.Plan
	Forecast capacity.Forecast

	// States are of Policy's pools; nil: they were not read.
	States []capacity.State
}

// Show passes a reading to the observer.
func (r Records) Show(d Reading) {
	if r.Observer != nil {
		r.Observer.Observe(d, nil)
	}
}

// ShowLoad is show for the newest load of a series.
func (r Records) ShowLoad(p capacity.Policy, s capacity.Series, now time.Time) {
	if load, at := pipeline.NewestLoad(s, now); !at.IsZero() {
		r.Show(Reading{Service: p.Service, Now: now, Load: p.Demand.Rate(load), Measured: at})
	}
}
