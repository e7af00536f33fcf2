package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// A Column is a further column of the history, from which a unit rate is
// learnt: its stored table, or why it could not be read.
type Column struct {
	Name   string
	Table  capacity.Ref
	Unread string `json:",omitempty"`
}

// columns fetches and stores what the policy's pools learn from, in [from,
// to). A column that cannot be read is an error only if a pool has no other
// unit rate, declared or learnt before.
func (a *Activities) columns(ctx context.Context, source history.Source, p capacity.Policy, from, to time.Time) ([]Column, error) {
	names := learntFrom(p)
	if len(names) == 0 {
		return nil, nil
	}
	rates, _, err := a.unitRates(ctx, p.Service)
	if err != nil {
		return nil, err
	}
	var out []Column
	for _, name := range names {
		column := Column{Name: name}
		var err error
		column.Table, err = a.column(ctx, source, p, name, from, to)
		// A pool that learns from it and has no other rate.
		i := slices.IndexFunc(p.Pools, func(pool capacity.Pool) bool {
			_, known := rates.Of(pool)
			return learns(pool, name) && pool.UnitRate == 0 && !known
		})
		switch {
		case Unlearnable(err) && i < 0:
			column.Unread = err.Error()
		case err != nil && i < 0:
			return nil, fmt.Errorf("the column %q, which is read in place of demand.value: %w", name, err)
		case err != nil:
			return nil, fmt.Errorf("pool %q learns from the column %q, which is read in place of demand.value: %w", p.Pools[i].Name, name, err)
		}
		out = append(out, column)
	}
	return out, nil
}

// learntFrom names the columns that the policy's pools learn from, each once.
func learntFrom(p capacity.Policy) (names []string) {
	for _, pool := range p.Pools {
		for _, name := range []string{pool.Learn.Units, pool.Learn.Signal()} {
			if learns(pool, name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// learns reports whether a pool learns from a column.
func learns(pool capacity.Pool, column string) bool {
	return pool.Learn.Wanted() && (column == pool.Learn.Units || column == pool.Learn.Signal())
}

// column fetches and stores one column.
func (a *Activities) column(ctx context.Context, source history.Source, p capacity.Policy, name string, from, to time.Time) (capacity.Ref, error) {
	t, err := source.Fetch(ctx, ColumnOf(p, name), from, to)
	if err != nil {
		return capacity.Ref{}, err
	}
	defer t.Release()
	return a.putTable(ctx, p.Service, t)
}

// ColumnOf is how a further column of a policy's history is read: by its mean in
// each step. Rows of one time, such as those of zones, go together as those of the
// load do if they count units, and by their mean if they say how busy these are.
func ColumnOf(p capacity.Policy, name string) capacity.Demand {
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
