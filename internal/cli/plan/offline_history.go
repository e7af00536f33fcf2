package plan

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// offlineHistory reads the policy's window of history from a file or folder by files, and
// gives an account of it: up to the clock's origin, or to the end of the history
// on the wall clock. In place of a server of metrics, the file has the columns
// timestamp and value.
func offlineHistory(ctx context.Context, files history.Source, p capacity.Policy, path string, clock capacity.Clock) (s capacity.Series, account capacity.LoadSummary, err error) {
	d := p.Demand
	if d.Queried() {
		d.Time, d.Value = "timestamp", "value" // a file has columns, and the policy names none
	}
	if d.Source, err = filepath.Abs(path); err != nil {
		return s, account, fmt.Errorf("find the history: %w", err)
	}
	from := time.Time{}
	if !clock.Origin.IsZero() {
		from = clock.Origin.Add(-d.Window)
	}
	t, err := files.Fetch(ctx, d, from, clock.Origin)
	if err != nil {
		return s, account, err
	}
	defer t.Release()
	s, account, err = history.ToSeries(t, d)
	if err != nil {
		return s, account, fmt.Errorf("history %s: %w", path, err)
	}
	if window := int(d.Window / d.Step); s.Len() > window {
		s = s.Slice(s.Len()-window, s.Len())
	}
	if _, err := capacity.Examine(s); err != nil && !errors.Is(err, capacity.ErrTooShort) {
		return s, account, fmt.Errorf("history %s: %w", path, err)
	}
	return s, account, nil
}
