package workflows

import (
	"go.temporal.io/sdk/workflow"

	"headroom/activities/policies"
)

// SignSchedules has the workers sign the runs that schedules start, if the policies in
// force let who asks for them, and returns the proofs in the order of the schedules.
// Without a key the proofs are empty.
func SignSchedules(ctx workflow.Context, in policies.SignInput) ([]string, error) {
	in.ID = workflow.GetInfo(ctx).WorkflowExecution.RunID
	return do(remote(ctx, "check permission: have schedules made"), a.SignSchedules, in)
}

// SignID is the workflow ID under which schedules are signed, of a call with that name.
func SignID(call string) string { return "schedules/" + call }
