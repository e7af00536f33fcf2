package models

import (
	"context"
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// ready reports why the model of that name cannot use s, of which it needs at
// least so many steps, one of them measured: the context's error, an
// ErrBadSeries, or an ErrTooShort.
func ready(ctx context.Context, name string, s capacity.Series, need int) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("model %q: %w", name, err)
	}
	if err := s.Validate(); err != nil {
		return fmt.Errorf("model %q: %w", name, err)
	}
	if s.Len() < need {
		return fmt.Errorf("model %q needs %d steps of %v and there are %d, wait for more history or use a simpler model: %w",
			name, need, s.Step, s.Len(), capacity.ErrTooShort)
	}
	for i := s.Len() - 1; i >= 0; i-- {
		if !math.IsNaN(s.Values[i]) {
			return nil
		}
	}
	return fmt.Errorf("model %q: all %d steps are gaps, check the source: %w", name, s.Len(), capacity.ErrTooShort)
}

// continues is ready for a fitted model, which has learnt at one step and can
// continue no other.
func continues(ctx context.Context, h header, s capacity.Series, need int) error {
	if err := ready(ctx, h.Model, s, need); err != nil {
		return err
	}
	if s.Step != h.Step {
		return fmt.Errorf("model %q learnt at a step of %v and the series has %v, fit it again: %w", h.Model, h.Step, s.Step, capacity.ErrBadSeries)
	}
	return nil
}

// phase is the place of a time within a season of so many steps, counted from
// midnight on the wall clock of t's zone where the season is a day.
func phase(t time.Time, step time.Duration, season int) int {
	_, east := t.Zone()
	t = t.Add(time.Duration(east) * time.Second)
	return int(t.Sub(t.Truncate(step*time.Duration(season))) / step)
}
