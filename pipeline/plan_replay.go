package pipeline

import (
	"errors"
	"math"
	"time"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/planner"
)

// A planReplay makes the plans that the policy would have made at times of the past.
type planReplay struct {
	policy capacity.Policy
	series capacity.Series
}

var errFree = errors.New("the policy's units cost nothing")

// plan is the policy's plan for a forecast, for the given level of risk in place
// of its own: a missing unit-hour costs so much that the level is where one more
// unit just pays.
func (r planReplay) plan(f capacity.Forecast, level float64) (backtest.Schedule, error) {
	var s backtest.Schedule
	p := r.policy
	if priced, err := p.PricedAt(f.Start); err == nil { // as a plan of that time reckons; else the newest that are known
		p = priced
	}
	if o := &p.Objective; o.Missing > 0 {
		if o.Missing = dearest(p.Pools) / (1 - level); o.Missing == 0 {
			return s, errFree
		}
	} else {
		o.ServiceLevel = level
	}
	states, _ := initialStates(p, r.series, int(f.Start.Sub(r.series.Start)/r.series.Step))
	plan, err := planner.Build(planner.Input{Policy: p, Forecast: f, States: states, Now: f.Start})
	if err != nil {
		return s, err
	}
	hours := f.Step.Hours()
	s.Units, s.Cost, s.From = make([]float64, f.Steps()), make([]float64, f.Steps()), f.Steps()
	for i, pool := range p.Pools {
		s.From = min(s.From, int((pool.LeadTime+f.Step-1)/f.Step))
		before := states[i].Units
		for t, step := range plan.Pools[i].Steps {
			s.Units[t] += float64(step.Units) * pool.UnitRate / p.Pools[0].UnitRate
			s.Cost[t] += float64(max(0, step.Units-pool.Paid))*priceAt(pool, step.Start)*hours + math.Abs(float64(step.Units-before))*p.Objective.Change
			before = step.Units
		}
	}
	return s, nil
}

// priceAt is what a unit-hour of the pool costs at a time; that of a time before all known
// prices is the one that the plan reckons with.
func priceAt(pool capacity.Pool, t time.Time) float64 {
	if price, known := pool.PriceAt(t); known {
		return price
	}
	return pool.Price
}
