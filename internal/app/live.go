package app

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom/workflows"
)

// StartLive implements [activities.Conductor]. The workflow takes no input.
func (c conductor) StartLive(ctx context.Context, shard int) error {
	id := workflows.LiveID(shard)
	_, err := c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.Queue, StaticSummary: "decides for services from minute to minute",
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, workflows.Live)
	if err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	return nil
}
