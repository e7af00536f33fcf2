package pipeline

import (
	"slices"

	"headroom/backtest"
	"headroom/capacity"
)

// Costing is how models that forecast s are compared by cost, as the policy
// asks for; nil if it does not. What they forecast of the past is planned for by
// the policy's own planner, within its limits, from the units that run at its
// origin by [initial.States]. Of the limits, freezes are left out, which are
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
	if priced, err := p.PricedAt(s.End()); err == nil { // else those of the newest prices
		p = priced
	}
	c := &backtest.Costing{Start: s.Start, Step: s.Step, Share: 1 - p.Objective.ServiceLevel}
	if p.Objective.Missing > 0 {
		c.Share = min(dearest(p.Pools)/p.Objective.Missing, mostShort)
	}
	if slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return !(pool.UnitRate > 0) }) {
		return c
	}
	c.Rate = p.Pools[0].UnitRate / p.Demand.Rate(1)
	r := planReplay{policy: p, series: s}
	r.policy.Control.Freeze = capacity.Freeze{}
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
