package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/execution"
	"headroom/activities/policies"
)

// ApplyPolicy puts a policy in force if the policy in force lets who asks for it, and lets
// it count at once for the plan that is carried out.
func ApplyPolicy(ctx workflow.Context, in policies.PutInput) (policies.PutResult, error) {
	service := in.Policy.Service
	if err := stage(ctx, service, "apply", "Putting a policy of "+service+" in force."); err != nil {
		return policies.PutResult{}, err
	}
	in.ID = workflow.GetInfo(ctx).WorkflowExecution.RunID
	out, err := do(remote(ctx, "check permission: replace the policy of "+service), a.PutPolicy, in)
	if err != nil {
		return out, err
	}
	story := fmt.Sprintf("The policy %.12s was in force already.", out.Hash)
	if out.Changed {
		story = fmt.Sprintf("**%s** put the policy %.12s in force.", out.By, out.Hash)
		if err := run(brief(ctx, "apply the policy to the plan that is carried out"), a.ApplyPolicy, execution.PolicyInput{Service: service}); err != nil {
			workflow.GetLogger(ctx).Warn("the policy does not count yet for the plan that is carried out", "service", service, "error", err)
		}
	}
	return out, stage(ctx, service, "done", story)
}
