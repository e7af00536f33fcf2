package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner/leadtime"
	"headroom/planner/unitrate"
)

// A Column is a further column of the history, from which a unit rate is learnt: its
// values, or why it could not be read.
type Column struct {
	Series capacity.Series
	Unread error
}

// LearnInput is what unit rates are learnt and lead times are measured from.
type LearnInput struct {
	Policy    capacity.Policy
	Now       time.Time         // when the plan starts: the time whose prices it reckons with
	Load      capacity.Series   // only read if a pool learns its unit rate
	Columns   map[string]Column // by name, those that [LearntColumns] lists
	Rates     unitrate.Log      // that earlier plans learnt
	LeadTimes leadtime.Log      // of past actions
}

// Learned is a policy with the unit rates that were learnt and the lead times that were
// measured.
type Learned struct {
	Policy capacity.Policy
	Notes  []string     // how each value was found, and which prices change
	Rates  unitrate.Log // to keep for plans that cannot learn them
}

// ApplyLearnedValues fills in what the policy leaves to be learnt and measured, and the
// prices of the time of the plan, as [unitrate.Apply], [leadtime.Apply] and
// [capacity.Policy.PricedAt] have it, whose errors it returns.
func ApplyLearnedValues(in LearnInput) (Learned, error) {
	priced, err := in.Policy.PricedAt(in.Now)
	if err != nil {
		return Learned{}, err
	}
	out := Learned{Policy: priced, Rates: in.Rates, Notes: priced.PriceChanges(in.Now, in.Now.Add(in.Policy.Forecast.Horizon))}
	for i := range out.Policy.Pools {
		pool := &out.Policy.Pools[i]
		var learnt, measured string
		samples, unread := in.samples(*pool)
		var err error
		if *pool, out.Rates, learnt, err = unitrate.Apply(*pool, samples, unread, out.Rates); err != nil {
			return Learned{}, err
		}
		if *pool, measured, err = leadtime.Apply(*pool, in.LeadTimes, in.Policy.Forecast.Horizon); err != nil {
			return Learned{}, err
		}
		for _, note := range []string{learnt, measured} {
			if note != "" {
				out.Notes = append(out.Notes, note)
			}
		}
	}
	return out, nil
}

// samples is what a pool's unit rate is learnt from, or why there is nothing.
func (in LearnInput) samples(pool capacity.Pool) ([]unitrate.Sample, error) {
	if !pool.Learn.Wanted() {
		return nil, nil
	}
	var measured [2]capacity.Series
	for i, name := range []string{pool.Learn.Units, pool.Learn.Signal()} {
		column, fetched := in.Columns[name]
		switch {
		case !fetched:
			return nil, fmt.Errorf("the column %q was not fetched: %w", name, capacity.ErrNoData)
		case column.Unread != nil:
			return nil, fmt.Errorf("the column %q, read in place of demand.value: %w", name, column.Unread)
		}
		measured[i] = column.Series
	}
	return unitrate.Samples(in.Policy.Demand, in.Load, measured[0], measured[1]), nil
}

// LearntColumns names the columns that the policy's pools learn from, each once.
func LearntColumns(p capacity.Policy) (names []string) {
	for _, pool := range p.Pools {
		for _, name := range []string{pool.Learn.Units, pool.Learn.Signal()} {
			if LearnsFrom(pool, name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// LearnsFrom reports whether a pool learns its unit rate from a column.
func LearnsFrom(pool capacity.Pool, column string) bool {
	return pool.Learn.Wanted() && (column == pool.Learn.Units || column == pool.Learn.Signal())
}

// ColumnDemand is how a further column of a policy's history is read: by its mean in
// each step. Rows of one time, such as those of zones, go together as those of the
// load do if they count units, and by their mean if they say how busy these are.
func ColumnDemand(p capacity.Policy, name string) capacity.Demand {
	d := p.Demand
	d.Value, d.Aggregate = name, capacity.Mean
	counts := slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return pool.Learn.Units == name })
	if d.Across != "" && !counts {
		d.Across = capacity.Mean
	}
	return d
}

// Unlearnable reports whether err says that a column is not what a unit rate
// can be learnt from, so that reading it again does not help.
func Unlearnable(err error) bool {
	for _, target := range []error{capacity.ErrBadData, capacity.ErrNoData, capacity.ErrBadSeries, capacity.ErrBadPolicy} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
