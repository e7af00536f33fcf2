package models

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/floats"

	"headroom/capacity"
)

var _ capacity.Updater = ridgeFitted{}

// Update implements [capacity.Updater]: the rows of the new steps join the
// moments, and the regression is solved again, which costs O(new·p² + p³) for p
// lags, however long the history is. The result is what a fit to all of the
// history would give with the same scale and the same lags.
func (f ridgeFitted) Update(ctx context.Context, s capacity.Series, seen int) (capacity.Fitted, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("update model %q: %w", f.Model, err)
	}
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("update model %q: %w", f.Model, err)
	}
	if s.Step != f.Step || seen > s.Len() {
		return nil, fmt.Errorf("update model %q, which learnt at a step of %v, from place %d of %d steps of %v, fit it again: %w",
			f.Model, f.Step, seen, s.Len(), s.Step, capacity.ErrBadSeries)
	}
	if seen = max(0, seen); seen == s.Len() {
		return f, nil
	}
	reach := f.Lags[len(f.Lags)-1]
	from := max(0, seen-reach-f.Difference)
	x := make([]float64, s.Len()-from)
	for i, v := range s.Values[from:] {
		x[i] = f.Scale.of(v)
	}
	x = changes(x, f.Difference)
	for i := range x {
		x[i] -= f.Centre
	}
	// A row is new if its target is, so the first one starts a reach before.
	x = x[max(0, seen-from-reach):]
	if least, most := span(s.Values[seen:]); least <= most {
		f.Least, f.Most = min(f.Least, least), max(f.Most, most)
	}
	target, columns := rows(x, f.Lags)
	updated, err := f.learn(f.Moments.with(target, columns))
	if err != nil {
		return nil, err
	}
	return updated, nil
}

// learn is f with what the moments teach, or ErrNotForecastable.
func (f ridgeFitted) learn(m moments) (ridgeFitted, error) {
	f.Moments = m
	f.Intercept, f.Weights = m.shrink()
	f.Intercept += f.Centre * (1 - floats.Sum(f.Weights))
	if !f.usable() {
		return f, fmt.Errorf("model %q: the weights of its lags are not finite, use another: %w", f.Model, capacity.ErrNotForecastable)
	}
	return f, nil
}
