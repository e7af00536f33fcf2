package workflows

import (
	"go.temporal.io/sdk/workflow"

	"headroom/activities/policies"
	"headroom/internal/signedcalls"
)

// inForce reads the policy of a service that is in force. It fails if that is not the one
// that the caller knows; no hash: whichever is in force.
func inForce(ctx workflow.Context, service, hash string) (policies.InForceResult, error) {
	return do(remote(ctx, "read the policy in force"), a.InForce, policies.InForceInput{Service: service, Hash: hash})
}

// continued reports whether the input of a run is what the run before continued as new
// with, which a worker has signed. Anything else that a run begins with is from a caller:
// also that of a cron schedule or of a retry, whose later runs name one before them, and that
// of a run on another task queue.
func continued(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.ContinuedExecutionRunID != "" && info.Attempt == 1 && info.CronSchedule == "" && signedcalls.Signed(ctx, signedcalls.Continued)
}
