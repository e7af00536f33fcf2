package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"headroom/activities"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/planner/leadtime"
	"headroom/planner/unitrate"
)

// settle is the policy p for the history of x, with the unit rates that are
// learnt from its columns, and notes that say how. Of lead times nothing is
// measured where nothing was carried out.
func (x foresight) settle(ctx context.Context, p capacity.Policy, path string) (foresight, error) {
	x.policy, x.settled = p, nil
	x.policy.Pools = slices.Clone(p.Pools)
	for i := range x.policy.Pools {
		pool := &x.policy.Pools[i]
		samples, unread := x.samples(ctx, *pool, path)
		var learnt, measured string
		var err error
		if *pool, _, learnt, err = unitrate.Settle(*pool, samples, unread, nil); err != nil {
			return x, err
		}
		if *pool, measured, err = leadtime.Settle(*pool, nil, p.Forecast.Horizon); err != nil {
			return x, err
		}
		for _, note := range []string{learnt, measured} {
			if note != "" {
				x.settled = append(x.settled, note)
			}
		}
	}
	return x, nil
}

// samples is what a pool's unit rate is learnt from: columns of the history
// beside its load.
func (x foresight) samples(ctx context.Context, pool capacity.Pool, path string) ([]unitrate.Sample, error) {
	if !pool.Learn.Wanted() {
		return nil, nil
	}
	units, err := x.column(ctx, pool.Learn.Units, path)
	if err != nil {
		return nil, err
	}
	signal, err := x.column(ctx, pool.Learn.Signal(), path)
	if err != nil {
		return nil, err
	}
	return unitrate.Samples(x.policy.Demand, x.history, units, signal), nil
}

// column reads one column of the history, for the time of its load.
func (x foresight) column(ctx context.Context, name, path string) (capacity.Series, error) {
	d := activities.ColumnOf(x.policy, name)
	fail := func(err error) (capacity.Series, error) {
		return capacity.Series{}, fmt.Errorf("the column %q, read in place of demand.value: %w", name, err)
	}
	var err error
	if d.Source, err = filepath.Abs(path); err != nil {
		return fail(err)
	}
	t, err := local.Source{}.Fetch(ctx, d, x.history.Start, x.history.End())
	if err != nil {
		return fail(err)
	}
	defer t.Release()
	s, _, err := history.ToSeries(t, d)
	if err != nil {
		return fail(err)
	}
	return s, nil
}
