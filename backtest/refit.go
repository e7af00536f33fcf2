package backtest

import (
	"context"
	"slices"

	"headroom/capacity"
)

// A refitter is a model that can be fitted to several beginnings of one series
// at less cost than one by one.
type refitter interface {
	// FitEach fits the model to the first so many steps of s, for each of ends,
	// which ascend. What it fits at one end sees nothing beyond it.
	FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error)
}

// refit fits m at all ends at once, if it can; otherwise there are nils.
func refit(ctx context.Context, m capacity.Model, s capacity.Series, ends []int) []capacity.Fitted {
	if each, ok := m.(refitter); ok {
		past := s.Slice(0, ends[len(ends)-1])
		past.Values = slices.Clip(past.Values)
		// An error is met again, where it belongs, when fitting one by one.
		if fitted, err := each.FitEach(ctx, past, ends); err == nil && len(fitted) == len(ends) {
			return fitted
		}
	}
	return make([]capacity.Fitted, len(ends))
}
