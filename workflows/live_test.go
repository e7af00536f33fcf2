package workflows_test

import (
	"context"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"headroom/activities/live"
	"headroom/workflows"
)

// TestLive_Idle: the controller of a shard is begun again when its activity ends, until no
// service of the shard has an envelope.
func TestLive_Idle(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	workflows.Register(env)
	began := 0
	env.RegisterActivityWithOptions(func(context.Context, live.LeadInput) (live.LeadResult, error) {
		began++
		return live.LeadResult{Idle: began == 3}, nil
	}, activity.RegisterOptions{Name: "Lead"})
	env.ExecuteWorkflow(workflows.Live)
	if err := env.GetWorkflowError(); err != nil || began != 3 {
		t.Errorf("the activity began %d times, and the workflow ended with %v; want 3 and no error", began, err)
	}
}
