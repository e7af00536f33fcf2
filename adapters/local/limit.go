package local

import (
	"context"
	"fmt"

	"headroom/capacity"
)

var _ capacity.Limited = (*Target)(nil)

// Limits reads the upper bound and the quota.
func (t *Target) Limits(context.Context) (capacity.Limits, error) {
	limits := capacity.Limits{Quota: t.traits.quota}
	err := t.change(func(s *ledger) error {
		limits.Max = s.Max
		return nil
	})
	return limits, err
}

// Limit moves the upper bound, as [capacity.Limited] says.
func (t *Target) Limit(_ context.Context, l capacity.Limiting) error {
	return t.change(func(s *ledger) error {
		doing := fmt.Sprintf("limit %q to %d", t.name, l.Max)
		if s.Max == l.Max {
			return nil
		}
		if err := t.stopped(); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		switch {
		case l.Max < s.Asked || l.Max < 0:
			return fmt.Errorf("%s: it is asked for %d; ask for less first: %w", doing, s.Asked, capacity.ErrOutOfBounds)
		case t.traits.quota > 0 && l.Max > t.traits.quota:
			return fmt.Errorf("%s: the quota is %d; have it raised: %w", doing, t.traits.quota, capacity.ErrQuota)
		case s.Max != l.From:
			return fmt.Errorf("%s: the limit is %d, and was to be %d; see who else moves it: %w", doing, s.Max, l.From, capacity.ErrDrifted)
		}
		s.Limits = append(s.Limits, Change{At: t.now(), Action: l.ID, From: s.Max, To: l.Max})
		s.Max = l.Max
		return nil
	})
}

// Bounds is every request that moved the upper bound, oldest first.
func (t *Target) Bounds() ([]Change, error) {
	var moves []Change
	err := t.change(func(s *ledger) error {
		moves = s.Limits
		return nil
	})
	return moves, err
}
