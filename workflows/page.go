package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// publish writes the report of a plan with where the plan stands now. A report that
// cannot be written never keeps a plan from being carried out.
func publish(ctx workflow.Context, service string, plan activities.PlanRef, s capacity.Standing) error {
	in := activities.ReportInput{Service: service, Plan: plan, Standing: s}
	_, err := do(remote(ctx, fmt.Sprintf("write the report of plan %s: %s", plan.ID, s.Verdict)), a.Report, in)
	if err != nil && ctx.Err() == nil {
		workflow.GetLogger(ctx).Error("the report was not written", "plan", plan.ID, "error", err)
		return nil
	}
	return err
}

// A page is the report of a plan that the conductor carries out, or carried out
// until another took over.
type page struct {
	plan    activities.PlanRef
	over    string // why another took over; empty: the plan is carried out
	writing bool
	stale   bool // something has changed since it was begun to be written
}

// show has the report of a plan written again. What changes while it is being
// written is written once, afterwards.
func (c *conductor) show(ctx workflow.Context, plan string) {
	p := c.page(plan)
	if p == nil {
		return
	}
	p.stale = true
	if p.writing {
		return
	}
	p.writing = true
	c.underway.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.underway.Done()
		ctx, cancel := workflow.NewDisconnectedContext(ctx)
		defer cancel()
		for p.stale {
			p.stale = false
			standing := c.standing(c.now(ctx))
			if p.over != "" {
				standing = capacity.Standing{Verdict: string(Superseded), Why: p.over, At: standing.At}
			}
			_ = publish(ctx, c.state.Service, p.plan, standing) // never an error here: ctx is not cancelled
		}
		p.writing = false
	})
}

// page is the report of a plan; nil of one that an earlier run of the conductor
// carried out.
func (c *conductor) page(plan string) *page {
	if plan == "" {
		return nil
	}
	p := c.pages[plan]
	if p == nil && plan == c.state.Plan.ID {
		p = &page{plan: c.state.Plan}
		c.pages[plan] = p
	}
	return p
}

// supplant has the report of the plan so far say that another has taken over.
func (c *conductor) supplant(ctx workflow.Context, why string) {
	if p := c.page(c.state.Plan.ID); p != nil {
		p.over = why
		c.show(ctx, c.state.Plan.ID)
	}
}
