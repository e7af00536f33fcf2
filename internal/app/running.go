package app

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/workflows"
)

// Running implements [activities.Conductor]: while a service is retired, its targets are
// still asked for safe sizes.
func (c conductor) Running(ctx context.Context, service string) (bool, error) {
	for _, id := range []string{workflows.ExecuteID(service), workflows.RetireID(service)} {
		d, err := c.temporal.DescribeWorkflow(ctx, id, "")
		switch {
		case absent(err):
		case err != nil:
			return false, fmt.Errorf("look for %s: %w", id, err)
		case d.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
			return true, nil
		}
	}
	return false, nil
}
