package app

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities"
	"headroom/capacity"
	"headroom/workflows"
)

// speak gives the conductor of a service an order. What the conductor refuses is
// ErrRefused; a conductor that is not there, ErrNotFound.
func speak(c client.Client) func(context.Context, activities.OrderInput) error {
	return func(ctx context.Context, in activities.OrderInput) error {
		update, arg := workflows.OverrideUpdate, any(in.Override)
		if in.Clear {
			update, arg = workflows.ClearUpdate, workflows.Order{Override: in.Override.ID, By: in.By, Why: in.Why}
		}
		handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			WorkflowID: workflows.ExecuteID(in.Service), UpdateName: update, Args: []any{arg, workflows.TokenOf(in.Workflow)}, WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err == nil {
			err = handle.Get(ctx, nil)
		}
		if _, none := errors.AsType[*serviceerror.NotFound](err); none {
			return fmt.Errorf("%s: no plan of %q is being carried out; make one with `headroom plan %s`: %w", update, in.Service, in.Service, capacity.ErrNotFound)
		}
		if refused, ok := errors.AsType[*temporal.ApplicationError](err); ok {
			return capacity.Refusal(fmt.Sprintf("%s: %s", update, refused.Message()))
		}
		if err != nil {
			return fmt.Errorf("%s %q: %w", update, in.Service, err)
		}
		return nil
	}
}
