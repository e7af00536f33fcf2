package app

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/executor"
	"headroom/workflows"
)

// InForce implements [activities.Conductor]: it asks the runs that carry out a plan, or
// wait with one.
func (c conductor) InForce(ctx context.Context, service string) ([]string, error) {
	var status executor.Status
	running, err := c.query(ctx, workflows.ExecuteID(service), &status)
	if err != nil {
		return nil, err
	}
	var ids []string
	if running {
		ids = append(ids, status.Plan.ID)
		for _, o := range status.Offers {
			ids = append(ids, o.Plan.ID)
		}
	}
	var made workflows.PlanResult
	if running, err = c.query(ctx, workflows.PlanID(service), &made); running {
		ids = append(ids, made.Plan.Plan.ID)
	}
	return ids, err
}

// query asks a run for its status, and reports whether it runs.
func (c conductor) query(ctx context.Context, id string, status any) (running bool, err error) {
	d, err := c.temporal.DescribeWorkflow(ctx, id, "")
	if absent(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", id, err)
	}
	if d.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return false, nil
	}
	return true, answered(ctx, c.examine, id, func(ctx context.Context) error {
		value, err := c.temporal.QueryWorkflow(ctx, id, d.WorkflowExecution.RunID, workflows.StatusQuery)
		if err == nil {
			err = value.Get(status)
		}
		if err != nil {
			return fmt.Errorf("ask %s for its status: %w", id, err)
		}
		return nil
	})
}
