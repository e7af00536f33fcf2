package workflows

import (
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// retrainEarly starts the service's retraining, which outlives the plan, and
// says what came of it. One that runs already will do. A plan is never lost for
// a retraining that cannot be started.
func retrainEarly(ctx workflow.Context, in PlanInput, policyHash string) (string, error) {
	id := RetrainID(in.Service)
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            id,
		TaskQueue:             Queue,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_ABANDON,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:         "retrains the models of " + in.Service + ", because demand has drifted",
	})
	err := workflow.ExecuteChildWorkflow(ctx, Retrain, RetrainInput{Service: in.Service, PolicyHash: policyHash, Clock: in.Clock, Reason: "demand has drifted"}).GetChildWorkflowExecution().Get(ctx, nil)
	if _, running := errors.AsType[*temporal.ChildWorkflowExecutionAlreadyStartedError](err); running {
		return "a retraining runs already", nil
	}
	switch {
	case err == nil:
		return id + " was started", nil
	case ctx.Err() != nil:
		return "", err
	}
	workflow.GetLogger(ctx).Error("the retraining was not started", "id", id, "error", err)
	return "a retraining could not be started", nil
}

// early begins the story of a retraining with why it is early, if it is.
func early(reason string) string {
	if reason == "" {
		return ""
	}
	return "Retrained early: " + reason + ".\n\n"
}
