package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// How long after an attempt that failed the same number is asked for again.
const (
	busyPause  = time.Minute     // the target was busy
	raisePause = 5 * time.Minute // a raise failed for a reason that may pass
)

// Busy is an action that its target was too busy to accept. It is repeated until
// the target accepts it, another number is wanted, or a newer plan arrives.
type Busy struct {
	Plan   string
	Action capacity.Action
	First  capacity.TargetName `json:",omitempty"`
	Tried  []string            `json:",omitempty"`
	Since  time.Time
	Tries  int
	Why    string
}

// postpone keeps an action that its target was too busy to accept.
func (c *conductor) postpone(ctx workflow.Context, at attempt, failure error) {
	s, now := c.state, c.now(ctx)
	h := s.Held[at.action.Target]
	if h.Busy == nil {
		h.Busy = &Busy{Plan: at.plan, Action: at.action, First: at.first, Tried: at.tried, Since: now}
		s.note("%s: the target of %s is busy, %d units are requested again every %v: %v", now.Format(time.RFC3339), at.action.ID, at.action.Units, slow(s.Clock, busyPause), failure)
	}
	h.Busy.Tries++
	h.Busy.Why = failure.Error()
	h.Again = now.Add(slow(s.Clock, busyPause))
	s.Held[at.action.Target] = h
}

// repeats reports whether the number wanted last is due to be asked for again.
func (h Held) repeats(now time.Time) bool {
	return !h.Again.IsZero() && !now.Before(h.Again)
}

// retry is when the number of a failed action is asked for again, on the clock:
// a raise soon if the reason may pass, and what a ramp limits at the pace of the
// ramp, since later numbers are reached through this one, or more slowly after
// several failures. Zero: not before another number is wanted.
func (c *conductor) retry(ctx workflow.Context, action capacity.Action, failure error) time.Time {
	s, now := c.state, c.now(ctx)
	i := slices.IndexFunc(s.Policy.Pools, func(p capacity.Pool) bool { return p.Target == action.Target })
	if i < 0 {
		return time.Time{}
	}
	rate := s.Policy.Pools[i].Ramp.Up
	if action.Units < action.From {
		rate = s.Policy.Pools[i].Ramp.Down
	}
	switch passing := failure != nil && activities.MayPass(failure); {
	case passing && action.Units > action.From:
		return now.Add(slow(s.Clock, raisePause))
	case rate.Limited():
		pace := max(rate.Per, verifyWithin(c.leadTime(action.Target))) << min(s.Held[action.Target].Failures, 2)
		return now.Add(slow(s.Clock, pace))
	}
	return time.Time{}
}

// resume is the attempt that a busy target is to repeat, if the same number is
// wanted still. Any other is given up.
func (c *conductor) resume(ctx workflow.Context, target capacity.TargetName, units capacity.Units) (attempt, bool) {
	b := c.state.Held[target].Busy
	if b == nil {
		return attempt{}, false
	}
	if b.Plan == c.state.Plan.ID && b.Action.Units == units {
		return attempt{plan: b.Plan, action: b.Action, first: b.First, tried: b.Tried}, true
	}
	c.giveUp(ctx, target, fmt.Sprintf("%d units are wanted now", units))
	return attempt{}, false
}

// giveUp records that a busy target never accepted its action.
func (c *conductor) giveUp(ctx workflow.Context, target capacity.TargetName, why string) {
	h, now := c.state.Held[target], c.now(ctx)
	b := h.Busy
	if b == nil {
		return
	}
	h.Busy, h.Again = nil, time.Time{}
	c.state.Held[target] = h
	if len(b.Tried) > 0 {
		c.state.unlend(target)
	}
	outcome := capacity.Outcome{Action: b.Action, Verdict: capacity.Failed, Asked: b.Since, Settled: now}
	outcome.Note = fmt.Sprintf("the target was busy for %v, in %d attempts; then %s: %s", now.Sub(b.Since).Round(time.Second), b.Tries, why, b.Why)
	c.underway.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.underway.Done()
		ctx, cancel := workflow.NewDisconnectedContext(ctx)
		defer cancel()
		c.record(ctx, b.Plan, []capacity.Outcome{outcome})
	})
}

// giveUpAll is giveUp for all targets.
func (c *conductor) giveUpAll(ctx workflow.Context, why string) {
	for _, pool := range c.state.Policy.Pools {
		c.giveUp(ctx, pool.Target, why)
	}
}
