package activities

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/planner"
)

// A fleetDraft is what a service would cost with more or fewer units of the
// quotas that its pools count against, and with more or less money of the budget
// that it shares. One that fails has none, and fails again
// when it is planned.
type fleetDraft struct {
	Service string
	Curves  []costCurve
	Budget  *budgetCurve `json:",omitempty"`
}

// draftOne works out a service's curves.
func (a *Activities) draftOne(ctx context.Context, in ChunkInput, p capacity.Policy, got gathering) (fleetDraft, error) {
	d := fleetDraft{Service: p.Service}
	if p.Objective.Budget.Shared == "" && !slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return pool.Quota != "" }) {
		return d, nil
	}
	one, store := a.onScratch()
	store.passing = true
	ready, err := one.foresee(ctx, in, p, got)
	if err != nil {
		return d, err
	}
	settled, _, _, err := one.settle(ctx, ready.optimise(in, p))
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
	if at := slices.IndexFunc(in.Budgets, func(b SharedBudget) bool { return b.Name == p.Objective.Budget.Shared }); at >= 0 {
		c, err := spends(settled, in.Budgets[at].Per, func(tight capacity.Policy) (capacity.Plan, error) {
			return planner.Build(planner.Input{Policy: tight, Forecast: f, States: states, Now: in.Now})
		})
		if err != nil {
			return d, err
		}
		d.Budget = &c
	}
	return d, nil
}
