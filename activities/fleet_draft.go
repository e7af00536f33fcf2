package activities

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/history"
	"headroom/planner"
)

// A fleetDraft is what a service would cost with more or fewer units of the
// quotas that its pools count against. One that fails has none, and fails again
// when it is planned.
type fleetDraft struct {
	Service string
	Curves  []costCurve
}

// A costCurve is what a service costs over its horizon, by the most units that
// one of its pools may run: from the policy's min to the peak that it would
// reach without a quota. Beyond that nothing changes.
type costCurve struct {
	Pool  string
	Quota string
	Most  capacity.Units // the policy's max
	Units []capacity.Units
	Cost  []float64
}

// places is for how many numbers of units a curve is worked out.
const places = 8

// draftOne works out a service's curves.
func (a *Activities) draftOne(ctx context.Context, in ChunkInput, p capacity.Policy, got history.Got) (fleetDraft, error) {
	d := fleetDraft{Service: p.Service}
	if !slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return pool.Quota != "" }) {
		return d, nil
	}
	one, store := a.onScratch()
	store.passing = true
	ready, err := one.foresee(ctx, in, p, got)
	if err != nil {
		return d, err
	}
	settled, _, err := one.settle(ctx, ready.optimise(in, p))
	if err != nil {
		return d, err
	}
	states, err := one.states(ctx, p, in.Clock)
	if err != nil {
		return d, err
	}
	var f capacity.Forecast
	if err := one.getJSON(ctx, ready.forecast.Forecast, &f); err != nil {
		return d, err
	}
	build := func(pool int, most capacity.Units) (capacity.Plan, error) {
		limited := settled
		limited.Pools = slices.Clone(settled.Pools)
		one := &limited.Pools[pool]
		one.Max, one.Min, one.Paid = most, min(one.Min, most), min(one.Paid, most)
		return planner.Build(planner.Input{Policy: limited, Forecast: f, States: states, Now: in.Now})
	}
	for i, pool := range settled.Pools {
		if pool.Quota == "" {
			continue
		}
		c, err := curve(settled, i, build)
		if err != nil {
			return d, err
		}
		d.Curves = append(d.Curves, c)
	}
	return d, nil
}

// curve works out one pool's curve by making plans.
func curve(p capacity.Policy, i int, build func(pool int, most capacity.Units) (capacity.Plan, error)) (costCurve, error) {
	pool := p.Pools[i]
	c := costCurve{Pool: pool.Name, Quota: pool.Quota, Most: pool.Max}
	free, err := build(i, pool.Max)
	if err != nil {
		return c, err
	}
	peak := pool.Min
	for _, step := range free.Pools[i].Steps {
		peak = max(peak, step.Units)
	}
	// A service level is worth what makes it pay.
	missing := p.Objective.Missing
	if missing == 0 {
		missing = dearest(p.Pools) / (1 - p.Objective.ServiceLevel)
	}
	least := min(pool.Min, peak)
	for k := range capacity.Units(places) {
		units := least + (peak-least)*k/(places-1)
		if n := len(c.Units); n > 0 && c.Units[n-1] == units {
			continue
		}
		plan, err := build(i, max(units, 1))
		if err != nil {
			return c, err
		}
		e := plan.Expect
		c.Units, c.Cost = append(c.Units, units), append(c.Cost, e.UnitCost+e.ChangeCost+e.MissingUnitHours*missing)
	}
	return c, nil
}

// at is the cost of so many units, between two numbers that were worked out on
// the line between them.
func (c costCurve) at(units int) float64 {
	i, found := slices.BinarySearch(c.Units, capacity.Units(units))
	switch {
	case found:
		return c.Cost[i]
	case i == 0:
		return c.Cost[0]
	case i == len(c.Units):
		return c.Cost[i-1]
	}
	part := float64(capacity.Units(units)-c.Units[i-1]) / float64(c.Units[i]-c.Units[i-1])
	return c.Cost[i-1] + part*(c.Cost[i]-c.Cost[i-1])
}
