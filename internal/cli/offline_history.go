package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
)

// offlineHistory reads the policy's window of history from a file or folder: up
// to the clock's origin, or to the end of the history on the wall clock.
func offlineHistory(ctx context.Context, p capacity.Policy, path string, clock capacity.Clock) (capacity.Series, error) {
	d := p.Demand
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

// lastUnits is what the highest demand of the last hour asks for, within the
// pool's bounds.
func lastUnits(p capacity.Policy, s capacity.Series) capacity.Units {
	most := 0.0
	for i := max(0, s.Len()-max(1, int(time.Hour/s.Step))); i < s.Len(); i++ {
		if v := s.Values[i]; v > most { // never for a gap
			most = v
		}
	}
	pool := p.Pools[0]
	need := math.Ceil(p.Demand.Rate(most) / pool.UnitRate)
	return capacity.Units(min(max(need, float64(pool.Min)), float64(pool.Max)))
}
