package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// An attempt is an action under way, for a plan.
type attempt struct {
	plan   string
	action capacity.Action
	first  capacity.TargetName // the target that lacks units, if this is in place of it
	tried  []string            // names of pools that have failed before it
}

// attempt asks for an action's units, and has them verified beside what follows.
func (c *conductor) attempt(ctx workflow.Context, at attempt, expect []capacity.Units, least bool) {
	action := at.action
	outcome, err := do(ask(ctx, fmt.Sprintf("%d → %s: %s", action.From, capacity.Count(action.Units, "unit"), action.Why)), a.Act, activities.ActInput{
		Action: action, Clock: c.state.Clock, Expect: expect, Least: least,
	})
	switch {
	case activities.Is(err, capacity.ErrTargetBusy) && ctx.Err() == nil:
		c.postpone(ctx, at, err)
		return
	case err != nil:
		outcome.Action = action
		c.settle(ctx, at, outcome, err)
		return
	}
	at.action = outcome.Action
	c.state.keep(at.plan, outcome)
	c.state.see(action.Target, outcome.After, outcome.Asked)
	if outcome.Verdict == capacity.Drifted {
		c.woken = true
		c.record(ctx, at.plan, []capacity.Outcome{outcome})
		return
	}
	c.verify(ctx, at, outcome)
}

// verify awaits the units of an action that was asked for.
func (c *conductor) verify(ctx workflow.Context, at attempt, outcome capacity.Outcome) {
	action := at.action
	patience := verifyWithin(c.leadTime(action.Target))
	c.underway.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.underway.Done()
		verified, err := do(watch(ctx, fmt.Sprintf("verify that %d units serve", action.Units), c.state.Clock.Wall(patience)), a.Verify, activities.VerifyInput{
			Outcome: outcome, Clock: c.state.Clock, Deadline: outcome.Asked.Add(patience),
		})
		if err == nil {
			c.state.see(action.Target, verified.After, verified.Settled)
		}
		failed := err != nil || verified.Verdict == capacity.Failed || verified.Verdict == capacity.Short
		if h := c.state.Held[action.Target]; failed && ctx.Err() == nil && h.Known && h.Units != action.Units {
			// Nobody takes back, or replaces, a number that is no longer wanted.
			if err != nil {
				verified, err = outcome, nil
			}
			verified.Verdict, verified.Settled, verified.Note = capacity.Superseded, c.now(ctx), fmt.Sprintf("the target was asked for %s meanwhile", capacity.Count(h.Units, "unit"))
		}
		c.settle(ctx, at, verified, err)
	})
}

// verifyWithin is how long units may need to serve before they count as missing.
func verifyWithin(leadTime time.Duration) time.Duration { return 2*leadTime + time.Minute }

// leadTime is how long the plan takes units of a target to need.
func (c *conductor) leadTime(target capacity.TargetName) time.Duration {
	return leadTime(c.state.Policy, target)
}

// settle compensates what failed or was broken off, asks another pool for what
// is missing, and records the outcome. It works on although the workflow may be
// cancelled.
func (c *conductor) settle(parent workflow.Context, at attempt, outcome capacity.Outcome, failure error) {
	ctx, cancel := workflow.NewDisconnectedContext(parent)
	defer cancel()
	h := c.state.Held[at.action.Target]
	h.Busy = nil
	c.state.Held[at.action.Target] = h
	remedy := activities.Compensate
	if failure != nil {
		remedy = activities.RemedyFor(failure)
	}
	switch {
	case failure != nil && remedy != activities.Compensate:
		outcome.Verdict, outcome.Note, outcome.Settled = capacity.Failed, failure.Error(), c.now(ctx)
		c.doubt(ctx, at.action, failure)
	case failure != nil || outcome.Verdict == capacity.Failed:
		outcome = c.restore(ctx, at.action, outcome, failure)
	case outcome.Verdict == capacity.Done || outcome.Verdict == capacity.AlreadySo:
		c.state.repay(at.action.Target)
		h.Failures = 0
		c.state.Held[at.action.Target] = h
	}
	c.record(ctx, at.plan, []capacity.Outcome{outcome})
	if len(at.tried) > 0 && outcome.Verdict == capacity.Failed {
		c.state.unlend(at.action.Target)
	}
	if parent.Err() != nil || remedy != activities.NextPool && outcome.Verdict != capacity.Short {
		return
	}
	c.underway.Add(1)
	workflow.Go(parent, func(ctx workflow.Context) {
		defer c.underway.Done()
		if err := c.acting.Lock(ctx); err == nil {
			defer c.acting.Unlock()
			c.substitute(ctx, at, outcome)
		}
	})
}

// restore takes back what an action wrote, as far as that is right.
func (c *conductor) restore(ctx workflow.Context, action capacity.Action, outcome capacity.Outcome, failure error) capacity.Outcome {
	restored, err := do(remote(ctx, "roll back "+action.ID), a.Restore, activities.ActInput{Action: action, Clock: c.state.Clock})
	if err != nil {
		restored = capacity.Outcome{Action: action, Before: outcome.Before, After: outcome.After, Verdict: capacity.Failed, Note: err.Error()}
		c.doubt(ctx, action, failure)
	} else {
		h := c.state.Held[action.Target]
		if h.Units != restored.After.Units || restored.Before.Units != restored.After.Units {
			h.At = restored.Asked
		}
		h.Units, h.Known, h.Maybe = restored.After.Units, true, nil
		if h.Units != action.Units {
			h.Again = c.retry(ctx, action, failure)
			h.Failures++
			c.woken = true // the conductor may wait for something later
		}
		c.state.see(action.Target, restored.After, restored.Asked)
		c.state.Held[action.Target] = h
	}
	if failure != nil {
		restored.Note = errors.Join(failure, errors.New(restored.Note)).Error()
	}
	return restored
}

// doubt remembers that a target may hold what it held before an action, or what the
// action asked for; of one that was never asked before, that nobody knows.
func (c *conductor) doubt(ctx workflow.Context, action capacity.Action, failure error) {
	h, asked := c.state.Held[action.Target]
	switch {
	case asked && h.Known:
		h.Maybe = []capacity.Units{h.Units, action.Units}
	case len(h.Maybe) > 0:
		h.Maybe = append(h.Maybe, action.Units)
	}
	h.Known, h.Again = false, c.retry(ctx, action, failure)
	h.Failures++
	c.woken = true
	c.state.Held[action.Target] = h
}
