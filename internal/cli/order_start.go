package cli

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// orderFirst pauses or resumes a service that no plan is carried out of: it starts the
// workflow that will carry out the next one, and gives it the order in the same call.
func (s session) orderFirst(ctx context.Context, service, update string, o executor.Order) error {
	state := executor.State{Service: service}
	made, err := readIfThere[capacity.PlanRef](ctx, s.store, capacity.CurrentPlanKey(service))
	if err == nil && made != nil {
		if stored, err := storedPlan(ctx, s.store, service, made.ID); err == nil {
			state.Policy = stored.Asked // says who may pause and resume
		}
	}
	start := s.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: workflows.ExecuteID(service), TaskQueue: workflows.Queue, StaticSummary: "carries out the plans of " + service,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, workflows.Execute, state)
	err = s.answered(ctx, workflows.ExecuteID(service), func(ctx context.Context) error {
		handle, err := s.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: start,
			UpdateOptions: client.UpdateWorkflowOptions{
				UpdateName: update, Args: []any{o, s.token}, WaitForStage: client.WorkflowUpdateStageCompleted,
			},
		})
		if err != nil {
			return err
		}
		return handle.Get(ctx, nil)
	})
	if text, ok := refusal(err); ok {
		return capacity.Refusal(text)
	}
	if err != nil {
		return fmt.Errorf("%s %q: %w", update, service, err)
	}
	return nil
}
