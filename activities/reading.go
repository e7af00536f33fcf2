package activities

import (
	"context"
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

// show passes a reading to the observer.
func (a *Activities) show(r Reading) {
	if a.Observer != nil {
		a.Observer.Observe(r, nil)
	}
}

// showLoad is show for the newest load of a series.
func (a *Activities) showLoad(p capacity.Policy, s capacity.Series, now time.Time) {
	if load, at := pipeline.NewestLoad(s, now); !at.IsZero() {
		a.show(Reading{Service: p.Service, Now: now, Load: p.Demand.Rate(load), Measured: at})
	}
}

// showPlan is show for a stored plan and what its targets run. A target that cannot
// be read has no gauges; the error is reported when units are requested from it.
func (a *Activities) showPlan(ctx context.Context, in LookInput, stored StoredPlan, f capacity.Forecast) {
	if a.Observer == nil {
		return
	}
	r := Reading{Service: in.Policy.Service, Now: in.Now, Speed: in.Clock.Speed, Policy: stored.Policy, Plan: &stored.Plan, Forecast: f}
	if states, err := a.states(ctx, stored.Policy, in.Clock); err == nil {
		r.States = states
	}
	a.show(r)
}

// newest is the last measurement that is still fresh, as a plan reads it.
var newest = pipeline.NewestLoad

// A plan and a floor agree on how long a measurement is fresh, or this does not compile.
const _ = uint(Fresh-pipeline.Fresh) + uint(pipeline.Fresh-Fresh)
