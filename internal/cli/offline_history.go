package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
)

// offlineHistory reads the policy's window of history from a file or folder: up
// to the clock's origin, or to the end of the history on the wall clock. In place
// of a server of metrics, the file has the columns timestamp and value.
func offlineHistory(ctx context.Context, p capacity.Policy, path string, clock capacity.Clock) (capacity.Series, error) {
	d := p.Demand
	if d.Queried() {
		d.Time, d.Value = "timestamp", "value" // a file has columns, and the policy names none
	}
	var err error
	if d.Source, err = filepath.Abs(path); err != nil {
		return capacity.Series{}, fmt.Errorf("find the history: %w", err)
	}
	from := time.Time{}
	if !clock.Origin.IsZero() {
		from = clock.Origin.Add(-d.Window)
	}
	t, _, err := local.Source{}.Fetch(ctx, d, from, clock.Origin)
	if err != nil {
		return capacity.Series{}, err
	}
	defer t.Release()
	s, err := history.ToSeries(t, d)
	if err != nil {
		return s, fmt.Errorf("history %s: %w", path, err)
	}
	if window := int(d.Window / d.Step); s.Len() > window {
		s = s.Slice(s.Len()-window, s.Len())
	}
	if _, err := capacity.Examine(s); err != nil && !errors.Is(err, capacity.ErrTooShort) {
		return s, fmt.Errorf("history %s: %w", path, err)
	}
	return s, nil
}
