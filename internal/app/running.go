package app

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/workflows"
)

// Running implements [activities.Conductor].
func (c conductor) Running(ctx context.Context, service string) (bool, error) {
	id := workflows.ExecuteID(service)
	d, err := c.temporal.DescribeWorkflow(ctx, id, "")
	if absent(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", id, err)
	}
	return d.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}
