package activities

import (
	"context"
	"fmt"
	"slices"

	"headroom/capacity"
	"headroom/planner/leadtime"
	"headroom/planner/unitrate"
)

// settle is the policy with the unit rates that are learnt and the lead times
// that are measured, notes that say how they were found, and the rates to keep.
func (a *Activities) settle(ctx context.Context, in OptimiseInput) (p capacity.Policy, notes []string, rates unitrate.Log, err error) {
	p = in.Policy
	p.Pools = slices.Clone(p.Pools)
	if slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return pool.Learn.Wanted() }) {
		if rates, _, err = a.unitRates(ctx, p.Service); err != nil {
			return p, nil, nil, err
		}
	}
	for i := range p.Pools {
		pool := &p.Pools[i]
		var note string
		samples, why, err := a.samples(ctx, in, *pool)
		if err != nil {
			return p, nil, nil, err
		}
		if *pool, rates, note, err = unitrate.Settle(*pool, samples, why, rates); err != nil {
			return p, nil, nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
		var log leadtime.Log
		if pool.Measured > 0 {
			if log, _, err = a.leadTimes(ctx, p.Service); err != nil {
				return p, nil, nil, err
			}
		}
		if *pool, note, err = leadtime.Settle(*pool, log, p.Forecast.Horizon); err != nil {
			return p, nil, nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	return p, notes, rates, nil
}

// samples is what a pool's unit rate is learnt from, or why there is nothing.
func (a *Activities) samples(ctx context.Context, in OptimiseInput, pool capacity.Pool) (samples []unitrate.Sample, why, err error) {
	if !pool.Learn.Wanted() {
		return nil, nil, nil
	}
	d := in.Policy.Demand
	load, err := a.series(ctx, in.Table, d)
	if err != nil {
		return nil, nil, err
	}
	var measured [2]capacity.Series
	for i, name := range []string{pool.Learn.Units, pool.Learn.Signal()} {
		at := slices.IndexFunc(in.Columns, func(c Column) bool { return c.Name == name })
		switch {
		case at < 0:
			return nil, fmt.Errorf("the column %q was not fetched: %w", name, capacity.ErrNoData), nil
		case in.Columns[at].Unread != "":
			return nil, unread(in.Columns[at].Unread), nil
		}
		measured[i], err = a.series(ctx, in.Columns[at].Table, ColumnOf(in.Policy, name))
		switch {
		case Unlearnable(err):
			return nil, fmt.Errorf("the column %q: %w", name, err), nil
		case err != nil:
			return nil, nil, err
		}
	}
	return unitrate.Samples(d, load, measured[0], measured[1]), nil, nil
}
