package planning

import (
	"context"
	"slices"

	"headroom/activities/histories"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
)

// LearnedValues reads what the policy's unit rates are learnt and its lead times are
// measured from, and applies it.
func LearnedValues(ctx context.Context, r records.Records, in OptimiseInput) (pipeline.Learned, error) {
	from := pipeline.LearnInput{Policy: in.Policy, Now: in.Now}
	var err error
	if names := pipeline.LearntColumns(in.Policy); len(names) > 0 {
		if from.Rates, _, err = r.UnitRates(ctx, in.Policy.Service); err != nil {
			return pipeline.Learned{}, err
		}
		if from.Load, err = histories.Series(ctx, r, in.Table, in.Policy.Demand); err != nil {
			return pipeline.Learned{}, err
		}
		if from.Columns, err = readColumns(ctx, r, in, names); err != nil {
			return pipeline.Learned{}, err
		}
	}
	if slices.ContainsFunc(in.Policy.Pools, func(pool capacity.Pool) bool { return pool.Measured > 0 }) {
		if from.LeadTimes, _, err = r.LeadTimes(ctx, in.Policy.Service); err != nil {
			return pipeline.Learned{}, err
		}
	}
	return pipeline.ApplyLearnedValues(from)
}

// readColumns reads the stored columns of these names.
func readColumns(ctx context.Context, r records.Records, in OptimiseInput, names []string) (map[string]pipeline.Column, error) {
	columns := map[string]pipeline.Column{}
	for _, c := range in.Columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		var column pipeline.Column
		if c.Unread != "" {
			column.Unread = unread(c.Unread)
		} else {
			column.Series, column.Unread = histories.Series(ctx, r, c.Table, pipeline.ColumnDemand(in.Policy, c.Name))
		}
		if column.Unread != nil && !pipeline.Unlearnable(column.Unread) {
			return nil, column.Unread
		}
		columns[c.Name] = column
	}
	return columns, nil
}

// unread is why a column could not be read, as text that has crossed an activity.
type unread string

// Error implements error.
func (u unread) Error() string { return string(u) }

// Is reports that the column is what is wrong, and not the moment.
func (unread) Is(target error) bool { return target == capacity.ErrBadData }
