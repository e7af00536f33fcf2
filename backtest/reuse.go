package backtest

import (
	"context"

	"headroom/capacity"
	"headroom/models/blend"
)

// fittedBefore is a model that need not be fitted anew.
type fittedBefore struct {
	capacity.Model
	fitted capacity.Fitted
}

// Fit implements [capacity.Model].
func (m fittedBefore) Fit(context.Context, capacity.Series) (capacity.Fitted, error) {
	return m.fitted, nil
}

// reuse is m with what was fitted before, by name: itself, or its members.
func reuse(m capacity.Model, fitted map[string]capacity.Fitted) capacity.Model {
	if b, ok := m.(blend.Model); ok {
		members := make([]capacity.Model, len(b.Members))
		for i, member := range b.Members {
			members[i] = reuse(member, fitted)
		}
		b.Members = members
		return b
	}
	if f := fitted[m.Name()]; f != nil {
		return fittedBefore{m, f}
	}
	return m
}
