package kube

import (
	"context"
	"fmt"

	"headroom/capacity"
)

// Limits are the bounds of the autoscaler's minimum, as [capacity.Limited] says.
func (s *Autoscaler) Limits(ctx context.Context) (capacity.Limits, error) {
	o, err := s.get(ctx, s.kind.resource, s.name)
	if err != nil {
		return capacity.Limits{}, err
	}
	return capacity.Limits{Min: s.kind.lowest, Max: s.most(o)}, nil
}

// Limit declares the autoscaler's maximum, as [capacity.Limited] says.
func (s *Autoscaler) Limit(ctx context.Context, l capacity.Limiting) error {
	o, err := s.get(ctx, s.kind.resource, s.name)
	if err != nil {
		return err
	}
	if err := s.ours(o); err != nil {
		return err
	}
	now := s.most(o)
	switch {
	case now == l.Max:
		return nil
	case now != l.From:
		return fmt.Errorf("%s: set %s to %d: it is %d and was expected to be %d; somebody else has moved it: %w",
			s.target, s.kind.max, l.Max, now, l.From, capacity.ErrDrifted)
	case l.Max < s.least(o):
		return fmt.Errorf("%s: set %s to %d: %s is %d; lower that first: %w", s.target, s.kind.max, l.Max, s.kind.min, s.least(o), capacity.ErrOutOfBounds)
	}
	if err := s.stopped(ctx, o); err != nil {
		return err
	}
	after, err := s.apply(ctx, s.kind.resource, o, limitManager, s.kind.max, l.Max)
	if err != nil {
		return err
	}
	return s.kept(l.Max, s.most(after))
}
