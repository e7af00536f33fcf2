package histories

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headroom/activities/records"
	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
)

// A Column is a further column of the history, from which a unit rate is
// learnt: its stored table, or why it could not be read.
type Column struct {
	Name   string
	Table  capacity.Ref
	Unread string `json:",omitempty"`
}

// Columns fetches and stores what the policy's pools learn from, in [from,
// to). A column that cannot be read is an error only if a pool has no other
// unit rate, declared or learnt before.
func Columns(ctx context.Context, r records.Records, source history.Source, p capacity.Policy, from, to time.Time) ([]Column, error) {
	names := pipeline.LearntColumns(p)
	if len(names) == 0 {
		return nil, nil
	}
	rates, _, err := r.UnitRates(ctx, p.Service)
	if err != nil {
		return nil, err
	}
	var out []Column
	for _, name := range names {
		column := Column{Name: name}
		var err error
		column.Table, err = fetchColumn(ctx, r, source, p, name, from, to)
		// A pool that learns from it and has no other rate.
		i := slices.IndexFunc(p.Pools, func(pool capacity.Pool) bool {
			_, known := rates.Of(pool)
			return pipeline.LearnsFrom(pool, name) && pool.UnitRate == 0 && !known
		})
		switch {
		case pipeline.Unlearnable(err) && i < 0:
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

// fetchColumn fetches and stores one column.
func fetchColumn(ctx context.Context, r records.Records, source history.Source, p capacity.Policy, name string, from, to time.Time) (capacity.Ref, error) {
	t, err := source.Fetch(ctx, pipeline.ColumnDemand(p, name), from, to)
	if err != nil {
		return capacity.Ref{}, err
	}
	defer t.Release()
	return Put(ctx, r, p.Service, t)
}
