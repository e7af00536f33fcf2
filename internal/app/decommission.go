package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"headroom/activities/execution"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// Decommission implements [activities.Conductor]. The conductor is asked for its state
// before it is aborted, by an update whose ID makes a repeat harmless.
func (c conductor) Decommission(ctx context.Context, in execution.DismissInput) (out execution.Dismissed, err error) {
	ids, err := preparing(ctx, c.temporal, in.Service)
	if err != nil {
		return out, err
	}
	for _, id := range append(ids, workflows.PlanID(in.Service), workflows.RetrainID(in.Service)) {
		if err := c.temporal.CancelWorkflow(ctx, id, ""); err != nil && !absent(err) {
			return out, fmt.Errorf("cancel %s: %w", id, err)
		}
	}
	id := workflows.ExecuteID(in.Service)
	d, err := c.temporal.DescribeWorkflow(ctx, id, "")
	if absent(err) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("look for %s: %w", id, err)
	}
	value, err := c.temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery)
	if err != nil {
		return out, fmt.Errorf("ask %s what it knows: %w", id, err)
	}
	var s executor.State
	if err := value.Get(&s); err != nil {
		return out, fmt.Errorf("read what %s knows: %w", id, err)
	}
	// An earlier try may have aborted it, and have been lost before it could
	// say so.
	again := s.Aborted != nil && s.Aborted.By == sender(ctx) && s.Aborted.Why == in.Why
	if d.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING && !again {
		return out, nil
	}
	out = execution.Dismissed{Ran: true, Policy: s.Policy, Clock: s.Clock, Plan: s.Plan, At: s.Clock.Now(time.Now())}
	switch {
	case again:
		out.At = s.Aborted.At
	case s.Aborted != nil:
		out.Keep = s.Aborted.By + " had aborted it"
	default:
		err := c.send(ctx, in.Service, executor.AbortOrder, capacity.MayAbort, executor.Order{By: sender(ctx), Why: in.Why})
		if err != nil && !absent(err) { // it may have ended meanwhile
			return out, fmt.Errorf("abort %s: %w", id, err)
		}
	}
	if s.Policy.Control.Mode == capacity.Propose {
		out.Keep = "control.mode is propose, so nothing is carried out"
	}
	if s.Pause != nil {
		out.Keep = s.Pause.By + " had paused it"
	}
	if err := c.temporal.GetWorkflow(ctx, id, "").Get(ctx, nil); err != nil {
		return out, fmt.Errorf("wait for the end of %s: %w", id, err)
	}
	return out, nil
}

// preparing lists what prepares a service for its events: it takes back by itself
// what it has raised, once it is cancelled.
func preparing(ctx context.Context, temporal client.Client, service string) (ids []string, err error) {
	query := fmt.Sprintf("HeadroomService = '%s' AND WorkflowType = 'PrepareEvent' AND ExecutionStatus = 'Running'", service)
	for request := (&workflowservice.ListWorkflowExecutionsRequest{Query: query}); ; {
		page, err := temporal.ListWorkflow(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("list what prepares %q for events: %w", service, err)
		}
		for _, run := range page.GetExecutions() {
			ids = append(ids, run.GetExecution().GetWorkflowId())
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			return ids, nil
		}
	}
}

// absent reports whether err says that no such workflow runs.
func absent(err error) bool {
	_, none := errors.AsType[*serviceerror.NotFound](err)
	return none
}
