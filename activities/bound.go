package activities

import (
	"context"
	"errors"
	"fmt"

	"headroom/audit"
	"headroom/capacity"
)

// BoundInput is an upper bound to move, and who moves it.
type BoundInput struct {
	ID      string
	Service string
	Event   string // that asks for it
	Clock   capacity.Clock
	Raise   Raise
}

// Bound raises the upper bound of a target. A repeat changes nothing. Its errors
// are those of [capacity.Limited].
func (a *Activities) Bound(ctx context.Context, in BoundInput) (err error) {
	defer cross(&err)
	target, err := a.limited(in)
	if err != nil {
		return err
	}
	if err := target.Limit(ctx, capacity.Limiting{ID: in.ID, From: in.Raise.From, Max: in.Raise.To}); err != nil {
		return err
	}
	return a.witnessBound(ctx, in, fmt.Sprintf("the bound of %s was raised from %d to %d", in.Raise.Target, in.Raise.From, in.Raise.To))
}

// Unbound is what became of a bound that was raised.
type Unbound struct {
	Restored bool
	Busy     bool   // the target runs more than the old bound still: try again
	Note     string // in a sentence
}

// Unbind takes a raised bound back, but only while it still is what was written:
// what somebody else made of it is left alone and reported. Its errors are those
// of [capacity.Limited].
func (a *Activities) Unbind(ctx context.Context, in BoundInput) (out Unbound, err error) {
	defer cross(&err)
	if out, err = a.unbind(ctx, in); err != nil || out.Busy {
		return out, err
	}
	return out, a.witnessBound(ctx, in, out.Note)
}

func (a *Activities) unbind(ctx context.Context, in BoundInput) (out Unbound, err error) {
	target, err := a.limited(in)
	if err != nil {
		return out, err
	}
	r := in.Raise
	limits, err := target.Limits(ctx)
	switch {
	case err != nil:
		return out, err
	case limits.Max == r.From:
		return Unbound{Restored: true, Note: fmt.Sprintf("the bound of %s is %d, as it was before", r.Target, r.From)}, nil
	case limits.Max != r.To:
		return Unbound{Note: fmt.Sprintf("the bound of %s is %d, and not the %d that was written: somebody else moved it, so it was left alone; before it was %d", r.Target, limits.Max, r.To, r.From)}, nil
	}
	err = target.Limit(ctx, capacity.Limiting{ID: in.ID + "/restore", From: r.To, Max: r.From})
	if errors.Is(err, capacity.ErrOutOfBounds) || errors.Is(err, capacity.ErrTargetBusy) {
		return Unbound{Busy: true, Note: err.Error()}, nil
	}
	return Unbound{Restored: err == nil, Note: fmt.Sprintf("the bound of %s is %d again", r.Target, r.From)}, err
}

// witnessBound records what became of an upper bound.
func (a *Activities) witnessBound(ctx context.Context, in BoundInput, text string) error {
	data, err := facts(in.Raise)
	if err != nil {
		return err
	}
	return a.witness(ctx, audit.Record{
		Service: in.Service, ID: "bounded/" + in.ID + "/" + text, At: in.Clock.Now(a.Now()), Kind: audit.Bounded,
		Why: "event " + in.Event, Text: text, Facts: data,
	}, nil)
}

// limited is the target of a bound.
func (a *Activities) limited(in BoundInput) (capacity.Limited, error) {
	target, err := a.Targets(in.Raise.Target, a.on(in.Clock))
	if err != nil {
		return nil, err
	}
	limited, ok := target.(capacity.Limited)
	if !ok {
		return nil, fmt.Errorf("move the bound of %q: it has none: %w", in.Raise.Target, capacity.ErrNoSuchTarget)
	}
	return limited, nil
}
