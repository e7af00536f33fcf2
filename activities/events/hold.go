package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/executor/event"
)

// HoldEventInput is what is to be kept requested while an event lasts.
type HoldEventInput struct {
	Service string
	Clock   capacity.Clock
	Event   capacity.Event
	From    time.Time // when the orders begin to count
	Hold    event.Hold
}

// HoldEvent has the service's conductor take the orders that it does not have, and
// counts the serving units. It is one round of [event.Hold]: an attempt that sees
// nothing new fails with a delay until the next one, and so leaves nothing in the
// history of the workflow. What is wrong with a pool is in the result, so that it
// does not keep the others from being held.
func (a *Events) HoldEvent(ctx context.Context, in HoldEventInput) (seen []event.Seen, err error) {
	defer failure.Cross(&err)
	attempt, last := int(activity.GetInfo(ctx).Attempt), in.Hold.Rounds
	if len(in.Hold.Known) > 0 {
		if last++; attempt == 1 { // it was seen a moment ago
			return nil, nextRound(in.Clock, in.Hold.Every)
		}
	}
	for _, pool := range in.Hold.Pools {
		seen = append(seen, a.hold(ctx, in, pool))
	}
	if attempt < last && event.Alike(in.Hold.Pools, in.Hold.Known, seen) {
		return nil, nextRound(in.Clock, in.Hold.Every)
	}
	return seen, nil
}

// hold orders and counts the units of one pool.
func (a *Events) hold(ctx context.Context, in HoldEventInput, pool event.Need) (seen event.Seen) {
	ctx, cancel := context.WithTimeout(ctx, poolTimeout)
	defer cancel()
	for _, o := range in.Hold.Orders {
		if o.Pool != pool.Pool {
			continue
		}
		err := a.Conductor.SendOrder(ctx, OrderInput{Service: in.Service, Override: capacity.Override{
			ID: o.ID, Pool: o.Pool, Units: o.Units, AtLeast: true, From: in.From, Until: o.Until, Why: "event " + in.Event.Name,
		}})
		switch {
		case err == nil:
			seen.Order = event.Accepted
			continue
		case errors.Is(err, capacity.ErrNotFound):
			seen.Order = event.Absent
		case errors.Is(err, capacity.ErrRefused):
			seen.Order = event.Refused
		default:
			seen.Order = event.Unknown
		}
		seen.Note = fmt.Sprintf("the conductor did not take the order for %s of %s: %v", capacity.Count(o.Units, "unit"), o.Pool, err)
	}
	target, err := a.Targets(pool.Target, a.Records.On(in.Clock))
	if err == nil {
		var state capacity.State
		state, err = target.State(ctx)
		seen.Asked, seen.Serving = state.Units, state.Serving
	}
	if err != nil {
		seen.Note = fmt.Sprintf("the units of %s could not be counted: %v", pool.Pool, err)
	}
	return seen
}

// poolTimeout is how long one pool may keep the others from being looked at.
const poolTimeout = 20 * time.Second

// nextRound is the error of an attempt that is to be repeated after a time on the
// clock. It is no failure, so it is neither logged nor counted as one.
func nextRound(c capacity.Clock, every time.Duration) error {
	return temporal.NewApplicationErrorWithOptions("nothing new: the next round is due in "+every.String(), "NextRound", temporal.ApplicationErrorOptions{
		NextRetryDelay: c.Wall(every), Category: temporal.ApplicationErrorCategoryBenign,
	})
}
