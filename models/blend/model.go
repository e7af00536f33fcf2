package blend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// A Model blends its members: step by step, the trimmed mean of what they say,
// by weight. A member that refuses is left out.
type Model struct {
	As      string  // its name
	Trim    float64 // share of the weight that is cut off at either end; 0.5 is the median
	Members []capacity.Model
	Learns  bool    // whether a backtest sets its weights
	Weights Weights // the zero value: equal ones
}

var _ capacity.Model = Model{}

// Name implements [capacity.Model].
func (m Model) Name() string { return m.As }

// Weighted is the same blend with other weights.
func (m Model) Weighted(w Weights) Model {
	m.Weights = w
	return m
}

// Fit implements [capacity.Model]: it fits every member that has any say, and
// needs one that can be fitted.
func (m Model) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	f := fitted{name: m.As, trim: m.Trim, weights: m.Weights}
	var refusals []error
	for _, member := range m.Members {
		if !m.Weights.counts(member.Name()) {
			continue
		}
		one, err := member.Fit(ctx, s)
		switch {
		case err == nil:
			f.names, f.members = append(f.names, member.Name()), append(f.members, one)
		case errors.Is(err, capacity.ErrTooShort), errors.Is(err, capacity.ErrNotForecastable):
			refusals = append(refusals, err)
		default:
			return nil, err
		}
	}
	if len(f.members) == 0 {
		return nil, fmt.Errorf("model %q: none of its members can be fitted: %w", m.As, errors.Join(refusals...))
	}
	return f, nil
}

// Load implements [capacity.Model].
func (m Model) Load(data []byte) (capacity.Fitted, error) {
	var kept stored
	if err := json.Unmarshal(data, &kept); err != nil {
		return nil, fmt.Errorf("load model %q: %w: %w", m.As, err, capacity.ErrBadData)
	}
	bad := func(why string) (capacity.Fitted, error) {
		return nil, fmt.Errorf("load model %q: %s: %w", m.As, why, capacity.ErrBadData)
	}
	switch {
	case kept.Model != m.As:
		return bad(fmt.Sprintf("it is of model %q", kept.Model))
	case kept.Version != version:
		return bad(fmt.Sprintf("it has version %d and only %d is known, train again", kept.Version, version))
	case !kept.Weights.valid():
		return bad("its weights do not fit together")
	}
	f := fitted{name: m.As, trim: m.Trim, weights: kept.Weights}
	for _, member := range m.Members {
		raw, found := kept.Members[member.Name()]
		if !found {
			continue
		}
		one, err := member.Load(raw)
		if err != nil {
			return nil, fmt.Errorf("load model %q: %w", m.As, err)
		}
		f.names, f.members = append(f.names, member.Name()), append(f.members, one)
	}
	if len(f.members) == 0 || len(f.members) != len(kept.Members) {
		return bad("it has members that this version does not know")
	}
	return f, nil
}

// counts reports whether a member has any say at any step.
func (w Weights) counts(member string) bool {
	at := slices.Index(w.Members, member)
	if len(w.Ends) == 0 {
		return true
	}
	return at >= 0 && slices.ContainsFunc(w.Shares, func(shares []float64) bool { return shares[at] > 0 })
}
