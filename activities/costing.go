package activities

import (
	"errors"
	"math"
	"slices"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/planner"
)

// Costing is how models that forecast s are compared by cost, as the policy
// asks for; nil if it does not. What they forecast of the past is planned for by
// the policy's own planner, within its limits, from the units that the load just
// before each origin asks for. Of the limits, freezes are left out, which are
// about other times, and so is the market's chance to take units back, which is
// not replayed. Steps within the shortest lead time count nowhere.
//
// The service at which costs are compared is that of the objective: the service
// level, or where one more unit of the dearest pool just pays. Costs are money:
// of unit-hours beyond those paid for, and of units started and stopped. Where
// unit rates are yet to be learnt, plans are made without limits instead, and
// costs are load.
func Costing(p capacity.Policy, s capacity.Series) *backtest.Costing {
	if !p.Forecast.ByCost {
		return nil
	}
	c := &backtest.Costing{Start: s.Start, Step: s.Step, Share: 1 - p.Objective.ServiceLevel}
	if p.Objective.Missing > 0 {
		c.Share = min(dearest(p.Pools)/p.Objective.Missing, mostShort)
	}
	if slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return !(pool.UnitRate > 0) }) {
		return c
	}
	c.Rate = p.Pools[0].UnitRate / p.Demand.Rate(1)
	r := rehearsal{policy: p, series: s}
	r.policy.Control.Freeze = nil
	// A series that was made ready for models is on the wall clock already.
	r.policy.Demand.Timezone = "UTC"
	r.policy.Pools = slices.Clone(p.Pools)
	for i := range r.policy.Pools {
		r.policy.Pools[i].Interruption = 0
	}
	c.Plan = r.plan
	return c
}

// mostShort is the share of time up to which capacity may be missing where it
// hardly pays.
const mostShort = 0.5

// dearest is the highest price of what one unit of the first pool serves.
func dearest(pools []capacity.Pool) float64 {
	most := 0.0
	for _, pool := range pools {
		serves := 1.0
		if pool.UnitRate > 0 && pools[0].UnitRate > 0 {
			serves = pools[0].UnitRate / pool.UnitRate
		}
		most = max(most, pool.Price*serves)
	}
	return most
}

// A rehearsal makes plans for times that are over.
type rehearsal struct {
	policy capacity.Policy
	series capacity.Series
}

var errFree = errors.New("the policy's units cost nothing")

// plan is the policy's plan for a forecast, for the given level of risk in place
// of its own: a missing unit-hour costs so much that the level is where one more
// unit just pays.
func (r rehearsal) plan(f capacity.Forecast, level float64) (backtest.Schedule, error) {
	var s backtest.Schedule
	p := r.policy
	if o := &p.Objective; o.Missing > 0 {
		if o.Missing = dearest(p.Pools) / (1 - level); o.Missing == 0 {
			return s, errFree
		}
	} else {
		o.ServiceLevel = level
	}
	states := r.states(f)
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
			s.Cost[t] += float64(max(0, step.Units-pool.Paid))*pool.Price*hours + math.Abs(float64(step.Units-before))*p.Objective.Change
			before = step.Units
		}
	}
	return s, nil
}

// states is what each pool runs when the forecast begins: what the last load
// before asks for, of one pool after the other, within their bounds.
func (r rehearsal) states(f capacity.Forecast) []capacity.State {
	last := min(int(f.Start.Sub(r.series.Start)/r.series.Step), r.series.Len()) - 1
	for last > 0 && math.IsNaN(r.series.Values[last]) {
		last--
	}
	load := 0.0
	if last >= 0 && !math.IsNaN(r.series.Values[last]) {
		load = r.policy.Demand.Rate(r.series.Values[last])
	}
	states := make([]capacity.State, len(r.policy.Pools))
	for i, pool := range r.policy.Pools {
		need := math.Ceil(load / pool.UnitRate)
		units := capacity.Units(min(max(need, float64(pool.Min)), float64(pool.Max)))
		load = max(0, load-float64(units)*pool.UnitRate)
		states[i] = capacity.State{Units: units, Serving: units}
	}
	return states
}
