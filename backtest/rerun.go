package backtest

import (
	"context"
	"fmt"
	"slices"

	"headroom/capacity"
	"headroom/models/blend"
)

// Rerun lets fitted, which learnt as m from the first trained steps of s,
// forecast s again from those of origins that lie there or later, as
// [Run] does with these settings. Before each it takes in what was measured
// since, if it can, as it would have done in use. The result has no score. The
// errors are those of m, and the context's.
func Rerun(ctx context.Context, m capacity.Model, fitted capacity.Fitted, s capacity.Series, trained int, settings Settings, origins []Origin) (Result, error) {
	r := Result{Score: capacity.Score{Model: m.Name()}}
	c, err := settings.filled(s)
	if err != nil {
		return r, fmt.Errorf("backtest %q again: %w", m.Name(), err)
	}
	r.Levels = c.Levels
	for _, o := range origins {
		if o.Train < trained || o.Train < 1 {
			continue
		}
		past := s.Slice(0, o.Train)
		past.Values = slices.Clip(past.Values)
		current, err := UpToDate(ctx, fitted, past, trained)
		if err != nil {
			return r, fmt.Errorf("backtest %q again from step %d: %w", m.Name(), o.Train, err)
		}
		again, err := forecast(ctx, m, current, s, o.Train, c)
		if err != nil {
			return r, fmt.Errorf("backtest %q again from step %d: %w", m.Name(), o.Train, err)
		}
		r.Origins = append(r.Origins, again)
	}
	return r, nil
}

// UpToDate is fitted, which learnt from the steps of s before place trained,
// after it has taken in the others. A model that cannot be updated, or not to
// any use, is returned as it is.
func UpToDate(ctx context.Context, fitted capacity.Fitted, s capacity.Series, trained int) (capacity.Fitted, error) {
	learner, ok := fitted.(capacity.Updater)
	if !ok || trained >= s.Len() {
		return fitted, nil
	}
	updated, err := learner.Update(ctx, s, trained)
	if refused(err) {
		return fitted, nil
	}
	return updated, err
}

// Learnt is the weights that the blend of that name among models learns from
// the results of its members; those of any other model are the zero Weights.
func Learnt(models []capacity.Model, name string, results []Result) blend.Weights {
	b, ok := Named(models, name, blend.Weights{}).(blend.Model)
	if !ok || !b.Learns {
		return blend.Weights{}
	}
	_, weights := combine(b, results)
	return weights
}
