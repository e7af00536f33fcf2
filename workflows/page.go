package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/planning"
	"headroom/capacity"
	"headroom/executor"
)

// publish writes the report of a plan with where the plan stands now. A report that
// cannot be written never keeps a plan from being carried out.
func publish(ctx workflow.Context, service string, plan capacity.PlanRef, s capacity.Standing) error {
	in := planning.ReportInput{Service: service, Plan: plan, Standing: s}
	_, err := do(remote(ctx, fmt.Sprintf("write the report of plan %s: %s", plan.ID, s.Verdict)), a.Report, in)
	if err != nil && ctx.Err() == nil {
		workflow.GetLogger(ctx).Error("the report was not written", "plan", plan.ID, "error", err)
		return nil
	}
	return err
}

// A page is the report of a plan that is carried out, or was until another took over.
type page struct {
	executor.Report
	writing bool
	stale   bool // something has changed since it was begun to be written
}

// report has the report of a plan written again. What changes while it is being
// written is written once, afterwards.
func (x *executeRun) report(r executor.Report) {
	p := x.pages[r.Plan.ID]
	if p == nil {
		p = &page{}
		x.pages[r.Plan.ID] = p
	}
	p.Report, p.stale = r, true
	if p.writing {
		return
	}
	p.writing = true
	x.writing++
	workflow.Go(x.finishing, func(ctx workflow.Context) {
		for p.stale {
			p.stale = false
			standing := x.m.Standing(x.now())
			if p.Replaced != "" {
				standing = capacity.Standing{Verdict: string(Superseded), Why: p.Replaced, At: standing.At}
			}
			_ = publish(ctx, x.m.State().Service, p.Plan, standing) // never an error: ctx is not canceled
		}
		p.writing = false
		x.writing--
	})
}
