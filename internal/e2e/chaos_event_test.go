package e2e_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.temporal.io/sdk/client"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/workflows"
)

// prepareEvent has the service prepared for an event, and perhaps called off, terminated
// and prepared again, its records damaged, or its bound moved by somebody else.
func (st *story) prepareEvent(rng *rand.Rand, lasts time.Duration) {
	st.event = true
	e := capacity.Event{Name: "e", From: st.origin.Add(6 * st.step), To: st.origin.Add(6*st.step + lasts)}
	st.policy.Events = []capacity.Event{e}
	begin := func(ctx context.Context, restoreOnly bool) error {
		in := workflows.EventState{Clock: st.clock, By: "dee", State: event.State{Service: st.service, Event: e, RestoreOnly: restoreOnly, Pools: []event.Need{
			{Pool: st.policy.Pools[0].Name, Target: st.policy.Pools[0].Target, Units: prepared, Lead: 8 * st.step / 10},
		}}}
		return st.insist(ctx, func() error {
			_, err := st.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: workflows.EventID(st.service, "e"), TaskQueue: workflows.Queue}, workflows.PrepareEvent, in)
			return err
		})
	}
	name := "event"
	if lasts > 24*time.Hour {
		name = "event of a week"
	}
	st.add(500*time.Millisecond, name, func(ctx context.Context) error { return begin(ctx, false) })
	at := time.Duration(2000+rng.IntN(10000)) * time.Millisecond
	switch rng.IntN(6) {
	case 0:
		st.add(at, "called off", func(ctx context.Context) error {
			return st.insist(ctx, func() error { return st.temporal.CancelWorkflow(ctx, workflows.EventID(st.service, "e"), "") })
		})
	case 1:
		bound := 60 + capacity.Units(rng.IntN(9))
		st.add(at, "stranger's bound", func(ctx context.Context) error { return st.rebind(ctx, bound) })
	case 2, 3:
		restoreOnly := rng.IntN(2) == 0
		st.add(at, "event terminated", func(ctx context.Context) error {
			return st.insist(ctx, func() error {
				return st.temporal.TerminateWorkflow(ctx, workflows.EventID(st.service, "e"), "", "chaos")
			})
		})
		st.add(at+2*time.Second, "event again", func(ctx context.Context) error { return begin(ctx, restoreOnly) })
	case 4:
		st.add(at, "damaged event", func(ctx context.Context) error {
			return errors.Join(st.put(ctx, capacity.EventKey(st.service, "e"), "{"), st.put(ctx, capacity.LimitKey(st.policy.Pools[0].Target), "[1"))
		})
	}
}

// rebind has somebody else move the target's bound, if it is what it was or what
// the event wants it to be.
func (st *story) rebind(ctx context.Context, most capacity.Units) error {
	target, err := local.Fleet{Dir: st.fleet}.Target(st.calm)
	if err != nil {
		return err
	}
	limited := target.(capacity.Limited)
	limits, err := limited.Limits(ctx)
	if err == nil {
		err = limited.Limit(ctx, capacity.Limiting{ID: "stranger", From: limits.Max, Max: most})
	}
	if errors.Is(err, capacity.ErrDrifted) {
		return errMoot
	}
	st.rebound = most
	return err
}
