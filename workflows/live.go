package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/live"
)

// LiveID is the workflow ID under which the controller of a shard of services runs.
func LiveID(shard int) string { return fmt.Sprintf("live/%d", shard) }

// Live keeps the controller of the shard that its ID names running: an activity that
// decides from minute to minute, which Temporal starts on another worker when one is
// missed. It ends when no service of the shard has a controller; whoever publishes an
// envelope starts it again. It takes nothing from whoever starts it.
func Live(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 24 * time.Hour,
		HeartbeatTimeout:    missed,
		WaitForCancellation: true,
		Summary:             "decide from minute to minute",
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: 10 * time.Second},
	})
	for !workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		out, err := do(ctx, a.Lead, live.LeadInput{})
		if err != nil || out.Idle {
			return err
		}
	}
	return workflow.NewContinueAsNewError(ctx, Live)
}
