package events

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/executor/event"
)

// ReleaseEventInput is the orders of an event to clear.
type ReleaseEventInput struct {
	Service string
	Clock   capacity.Clock
	Event   string
	Release event.Release
}

// ReleaseEvent clears the orders of an event. Where no conductor is at work that
// would go back to its plan, it asks a target for what it was asked for before the
// event, but only while it still holds what the event brought it to. It returns
// what came of it, in sentences. It is retried where a call failed; the last of
// releaseTries attempts returns the failures as sentences.
func (a *Events) ReleaseEvent(ctx context.Context, in ReleaseEventInput) (notes []string, err error) {
	defer failure.Cross(&err)
	var failed []error
	for _, o := range in.Release.Orders {
		note, err := a.release(ctx, in, o)
		if err != nil {
			failed = append(failed, fmt.Errorf("the order %s was not cleared: %w", o.ID, err))
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	if err := errors.Join(failed...); err != nil {
		if activity.GetInfo(ctx).Attempt < releaseTries {
			return nil, err
		}
		notes = append(notes, err.Error())
	}
	return notes, nil
}

// releaseTries is how often it is tried to clear orders, which end by themselves.
const releaseTries = 8

// release clears one order.
func (a *Events) release(ctx context.Context, in ReleaseEventInput, o event.Order) (note string, err error) {
	ctx, cancel := context.WithTimeout(ctx, poolTimeout)
	defer cancel()
	err = a.Conductor.SendOrder(ctx, OrderInput{
		Service: in.Service, Override: capacity.Override{ID: o.ID}, Clear: true, Why: "event " + in.Event + " is over",
	})
	switch {
	case errors.Is(err, capacity.ErrRefused): // it has ended, or was never taken
		return "", nil
	case !errors.Is(err, capacity.ErrNotFound):
		return "", err
	}
	r := in.Release
	for i, pool := range r.Pools {
		if pool.Pool == o.Pool && i < len(r.Before) && i < len(r.Most) {
			return a.back(ctx, in, pool.Target, o, r.Before[i])
		}
	}
	return fmt.Sprintf("no conductor is at work, and what %s was asked for before the event is not known: look after it", o.Pool), nil
}

// back asks a target for what it was asked for before the event.
func (a *Events) back(ctx context.Context, in ReleaseEventInput, name capacity.TargetName, o event.Order, before capacity.Units) (note string, err error) {
	if err := a.Records.UnlessStopped(ctx, in.Service); err != nil {
		return "", err
	}
	now := a.Records.On(in.Clock)
	target, err := a.Targets(name, now)
	if err != nil {
		return "", err
	}
	found, err := target.State(ctx)
	if err != nil || found.Units != o.Units || before >= o.Units {
		return "", err
	}
	if err := a.Records.Wanted(ctx); err != nil {
		return "", err
	}
	err = target.Scale(ctx, capacity.Action{ID: o.ID + "/release", Target: name, At: now(), Due: now(), From: o.Units, Units: before, Why: "the event is over, and no conductor is at work"})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("no conductor is at work: %s was asked for %s, as before the event, and no longer for %d", name, capacity.Count(before, "unit"), o.Units), nil
}
