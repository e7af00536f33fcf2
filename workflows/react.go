package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// tick is how often, at most, a floor looks at the load: on the conductor's
// clock and, in a fast replay, on the wall.
const (
	tick     = time.Minute
	tickWall = time.Second
)

// Floor is what the reactive floor asked for last, and when it looks again.
type Floor struct {
	activities.ReactResult
	Look time.Time
}

// reacts reports whether the policy has a floor.
func (s *ExecuteState) reacts() bool {
	return s.Policy.Control.Floor.Wanted() && len(s.Policy.Pools) == 1
}

// react lets the floor look at the load, if it is time to. A look that fails, or
// finds nothing measured, leaves what the floor asked for last as long as that
// load is fresh; then the floor lets go, and the plan stands alone.
func (c *conductor) react(ctx workflow.Context) error {
	s, now := c.state, c.now(ctx)
	if !s.reacts() {
		s.Floor = Floor{}
		return nil
	}
	if now.Before(s.Floor.Look) {
		return nil
	}
	s.Floor.Look = now.Add(s.pause())
	pool := s.Policy.Pools[0]
	units := pool.Min
	if h, asked := s.Held[pool.Target]; asked {
		units = h.Units
	} else if next := c.pending(pool.Target); next != nil {
		units = next.From
	}
	found, err := do(glance(ctx), a.React, activities.ReactInput{Policy: s.Policy, Now: now, Units: units, Memory: s.Floor.Memory})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && !found.Measured.IsZero():
		s.Floor.ReactResult = found
	case s.Floor.Units > 0 && !now.Before(s.Floor.Measured.Add(max(activities.Fresh, s.Policy.Demand.Step))):
		s.note("%s: the floor lets go, no load was measured since %s", now.Format(time.RFC3339), s.Floor.Measured.Format(time.RFC3339))
		s.Floor.Units, s.Floor.Why, c.woken = 0, "", true
	}
	if err != nil {
		workflow.GetLogger(ctx).Warn("the floor could not look at the load", "service", s.Service, "error", err)
	}
	return nil
}

// pause is how long a floor waits between two looks: a step of the demand, since
// nothing is measured more often.
func (s *ExecuteState) pause() time.Duration {
	return slow(s.Clock, max(tick, s.Policy.Demand.Step))
}

// slow is d, or so much more of it that a fast replay is no busy loop.
func slow(c capacity.Clock, d time.Duration) time.Duration {
	for c.Wall(d) < tickWall {
		d *= 2
	}
	return d
}

// glance is for a look that the next one makes up for.
func glance(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    time.Minute,
		ScheduleToCloseTimeout: 3 * time.Minute,
		HeartbeatTimeout:       missed,
		Summary:                "compute what the floor needs at the current load",
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 3},
	})
}
