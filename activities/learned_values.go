package activities

import (
	"context"
	"slices"

	"headroom/capacity"
	"headroom/pipeline"
)

// learnedValues reads what the policy's unit rates are learnt and its lead times are
// measured from, and applies it.
func (a *Activities) learnedValues(ctx context.Context, in OptimiseInput) (pipeline.Learned, error) {
	from := pipeline.LearnInput{Policy: in.Policy}
	var err error
	if names := pipeline.LearntColumns(in.Policy); len(names) > 0 {
		if from.Rates, _, err = a.unitRates(ctx, in.Policy.Service); err != nil {
			return pipeline.Learned{}, err
		}
		if from.Load, err = a.series(ctx, in.Table, in.Policy.Demand); err != nil {
			return pipeline.Learned{}, err
		}
		if from.Columns, err = a.readColumns(ctx, in, names); err != nil {
			return pipeline.Learned{}, err
		}
	}
	if slices.ContainsFunc(in.Policy.Pools, func(pool capacity.Pool) bool { return pool.Measured > 0 }) {
		if from.LeadTimes, _, err = a.leadTimes(ctx, in.Policy.Service); err != nil {
			return pipeline.Learned{}, err
		}
	}
	return pipeline.ApplyLearnedValues(from)
}

// readColumns reads the stored columns of these names.
func (a *Activities) readColumns(ctx context.Context, in OptimiseInput, names []string) (map[string]pipeline.Column, error) {
	columns := map[string]pipeline.Column{}
	for _, c := range in.Columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		var column pipeline.Column
		if c.Unread != "" {
			column.Unread = unread(c.Unread)
		} else {
			column.Series, column.Unread = a.series(ctx, c.Table, pipeline.ColumnDemand(in.Policy, c.Name))
		}
		if column.Unread != nil && !pipeline.Unlearnable(column.Unread) {
			return nil, column.Unread
		}
		columns[c.Name] = column
	}
	return columns, nil
}
