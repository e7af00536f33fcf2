package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/audit"
	"headroom/capacity"
)

// extends is when the most units of the plan's last day are asked for if no newer
// plan has come: so long before the plan ends that they serve then, but not for more
// than a quarter of the plan. Zero: there is no plan.
func (s *ExecuteState) extends() time.Time {
	if s.Plan.ID == "" {
		return time.Time{}
	}
	lead := time.Duration(0)
	for _, pool := range s.Policy.Pools {
		lead = max(lead, pool.LeadTime)
	}
	return s.Plan.End.Add(-min(lead, max(0, s.Plan.End.Sub(s.Plan.Now)/4)))
}

// extendsFor is extends for one target: actions of the plan that are not overdue come
// first.
func (c *conductor) extendsFor(target capacity.TargetName, now time.Time) time.Time {
	at := c.state.extends()
	next := c.pending(target)
	if next == nil || next.At.After(now) {
		return at
	}
	late := overdue
	if speed := c.state.Clock.Speed; speed != 0 {
		late = time.Duration(float64(overdue) * speed)
	}
	if due := next.At.Add(late); due.After(at) {
		return due
	}
	return at
}

// extend records and tells, once for each plan, that it ends before a newer one has
// come.
func (c *conductor) extend(ctx workflow.Context, now time.Time) {
	s := c.state
	if s.Aborted != nil {
		return
	}
	if s.Extended != s.Plan.ID && !now.Before(s.extends()) {
		s.Extended, c.woken = s.Plan.ID, true
		s.note("%s: %s", now.Format(time.RFC3339), s.extension())
		c.witness(ctx, audit.Record{
			ID: "extended/" + s.Plan.ID, At: now, Kind: audit.Extended, Plan: s.Plan.ID, Text: s.extension() + " " + s.heldUnits(),
			Why: "see `headroom status " + s.Service + "` for why no plan was made",
		})
	}
}

// over reports on a plan that has ended, once there is nothing left to wait for.
func (c *conductor) over(ctx workflow.Context, now time.Time) {
	s := c.state
	if s.Ended != "" || c.closing == s.Plan.ID || now.Before(s.Plan.End) {
		return
	}
	c.closing = s.Plan.ID
	c.pass(ctx, "the plan ended before it could be asked for")
	c.close(ctx)
}

// close reports on a plan that has ended, once all that it asked for is settled.
func (c *conductor) close(ctx workflow.Context) {
	workflow.Go(ctx, func(ctx workflow.Context) {
		s, plan := c.state, c.state.Plan
		c.underway.Wait(ctx)
		if ctx.Err() != nil || s.Plan.ID != plan.ID || s.Aborted != nil {
			return // a newer plan, or the end, is reported on instead
		}
		verdict, _ := s.ended()
		s.Ended, c.woken = PlanVerdict(verdict), true
		c.show(ctx, plan.ID)
	})
}

// extension says that a plan ends before a newer one has come.
func (s *ExecuteState) extension() string {
	return fmt.Sprintf("Plan %s ends at %s and no newer one has come: the most units of its last day are held until one comes.", s.Plan.ID, s.Plan.End.Format(time.RFC3339))
}

// heldUnits is the most units of the plan's last day, within the bounds of the pools.
func (s *ExecuteState) heldUnits() string {
	var all []string
	for _, pool := range s.Policy.Pools {
		all = append(all, fmt.Sprintf("%s: %d units", pool.Name, s.kept(pool)))
	}
	return strings.Join(all, ", ") + "."
}

// kept is what a pool is held at when the plan has ended.
func (s *ExecuteState) kept(pool capacity.Pool) capacity.Units {
	return max(pool.Min, min(s.Most[pool.Target], pool.Max))
}
