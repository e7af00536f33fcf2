package workflows

import (
	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/audit"
	"headroom/capacity"
)

// witness records a decision. Where that can never be done, it is logged: it is
// tried for as long as the store is away.
func witness(ctx workflow.Context, p capacity.Policy, r audit.Record) {
	r.Service = p.Service
	if err := run(keep(ctx, string(r.Kind)+": "+r.Text), a.Witness, activities.WitnessInput{Record: r, Notify: p.Notify}); err != nil {
		workflow.GetLogger(ctx).Error("a decision was not recorded", "decision", r.Text, "error", err)
	}
}

// witness records what the conductor heard, while it goes on.
func (c *conductor) witness(ctx workflow.Context, r audit.Record) {
	p := c.state.Policy
	c.verifying.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.verifying.Done()
		ctx, cancel := workflow.NewDisconnectedContext(ctx)
		defer cancel()
		witness(ctx, p, r)
	})
}
