package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/diagnose"
	"headroom/internal/proof"
	"headroom/workflows"
)

// A conductor reaches the conductors of services, which are workflows.
type conductor struct {
	temporal client.Client
	keys     proof.Keys        // prove what the workers send
	examine  diagnose.Examiner // finds out why one does not answer
}

// Offer implements [activities.Conductor]; it starts the conductor if it does not run. The plan's ID makes a repeat harmless. A conductor that is stuck is an
// error that says why.
func (c conductor) Offer(ctx context.Context, in execution.TakeInput) error {
	return answered(ctx, c.examine, workflows.ExecuteID(in.Service), func(ctx context.Context) error { return c.offer(ctx, in) })
}

// offer is Offer, however long the conductor takes to answer.
func (c conductor) offer(ctx context.Context, in execution.TakeInput) error {
	id := workflows.ExecuteID(in.Service)
	run, err := c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                workflows.Queue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		StaticSummary:            "carries out the plans of " + in.Service,
	}, workflows.Execute, executor.State{Service: in.Service})
	if err != nil {
		return fmt.Errorf("start the conductor of %q: %w", in.Service, err)
	}
	d, err := c.temporal.DescribeWorkflowExecution(ctx, id, run.GetRunID())
	if err != nil {
		return fmt.Errorf("look for the conductor of %q: %w", in.Service, err)
	}
	if in.Proof, err = prove(ctx, c.keys, workflows.TakeRequest(in, d.GetWorkflowExecutionInfo().GetFirstRunId())); err != nil {
		return err
	}
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateID: in.Plan.ID, UpdateName: workflows.TakeUpdate, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return fmt.Errorf("hand plan %s to the conductor of %q: %w", in.Plan.ID, in.Service, err)
	}
	return handle.Get(ctx, nil)
}

// ApplyPolicy implements [activities.Conductor] by an update of the conductor. It does
// not wait long: the next plan brings the policy, too.
func (c conductor) ApplyPolicy(ctx context.Context, service string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflows.ExecuteID(service), UpdateName: workflows.PolicyUpdate, WaitForStage: client.WorkflowUpdateStageAccepted,
	})
	if err == nil && handle != nil || absent(err) {
		return nil
	}
	return fmt.Errorf("apply the policy of %q to the plan that is carried out: %w", service, err)
}

// SendOrder implements [activities.Conductor] by an update of the conductor. An
// override that the conductor has already is not sent again: each update stays in its
// history.
func (c conductor) SendOrder(ctx context.Context, in events.OrderInput) error {
	if !in.Clear && c.overridden(ctx, in) {
		return nil
	}
	in.Override.By = sender(ctx)
	update, arg := executor.OverrideOrder, any(in.Override)
	if in.Clear {
		update, arg = executor.ClearOrder, executor.Order{Override: in.Override.ID, By: sender(ctx), Why: in.Why}
	}
	err := answered(ctx, c.examine, workflows.ExecuteID(in.Service), func(ctx context.Context) error {
		return c.send(ctx, in.Service, update, capacity.MayOverride, arg)
	})
	if _, none := errors.AsType[*serviceerror.NotFound](err); none {
		return fmt.Errorf("%s: no plan of %q is being carried out; make one with `headroom plan %s`: %w", update, in.Service, in.Service, capacity.ErrNotFound)
	}
	if refused, ok := errors.AsType[*temporal.ApplicationError](err); ok && refused.Type() != unanswered {
		return capacity.Refusal(fmt.Sprintf("%s: %s", update, refused.Message()))
	}
	if err != nil {
		return fmt.Errorf("%s %q: %w", update, in.Service, err)
	}
	return nil
}

// send gives the conductor an order in the name of the workflow whose activity runs, with
// the proof of it.
func (c conductor) send(ctx context.Context, service, update string, may capacity.Permission, order any) error {
	r := request(service, may, order)
	token, err := prove(ctx, c.keys, r)
	if err != nil {
		return err
	}
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflows.ExecuteID(service), UpdateID: r.ID, UpdateName: update, Args: []any{order, token}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// overridden reports whether the conductor runs and has the override. What cannot be
// found out counts as no: then the update says what is wrong.
func (c conductor) overridden(ctx context.Context, in events.OrderInput) bool {
	id := workflows.ExecuteID(in.Service)
	d, err := c.temporal.DescribeWorkflow(ctx, id, "")
	if err != nil || d.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return false
	}
	value, err := c.temporal.QueryWorkflow(ctx, id, d.WorkflowExecution.RunID, workflows.StatusQuery)
	if err != nil {
		return false
	}
	var state executor.Status
	return value.Get(&state) == nil && slices.ContainsFunc(state.Overrides, func(o capacity.Override) bool { return o.ID == in.Override.ID })
}

// Deliver implements [activities.Conductor]. A plan that a person must approve gets a
// workflow of its own to wait in; while an older one waits there, that one stays, and
// the verdict says so.
func (c conductor) Deliver(ctx context.Context, in fleet.DeliverInput) (string, error) {
	service := in.Policy.Service
	verdict, _ := workflows.VerdictOn(in.Policy, in.Plan)
	switch verdict { //nolint:exhaustive // all others are for what became of it later
	case workflows.HandedOver:
		return string(verdict), c.Offer(ctx, execution.TakeInput{Service: service, Plan: in.Plan.Plan, Clock: in.Clock})
	case workflows.Waiting:
		wait := workflows.PlanInput{Service: service, PolicyHash: in.PolicyHash, Clock: in.Clock, Made: in.Plan.Plan.ID}
		token, err := prove(ctx, c.keys, proof.Request{ID: workflows.PlanID(service), Service: service, Operation: string(capacity.MayPlan), Order: wait})
		if err != nil {
			return "", err
		}
		wait.Caller = workflows.Caller{By: sender(ctx), Token: token}
		_, err = c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			ID: workflows.PlanID(service), TaskQueue: workflows.Queue, StaticSummary: "waits for a decision on a plan of " + service,
			WorkflowExecutionErrorWhenAlreadyStarted: true,
		}, workflows.Plan, wait)
		if _, busy := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); busy {
			return c.waitsFor(ctx, in)
		}
		if err != nil {
			return "", fmt.Errorf("put plan %s of %q up for approval: %w", in.Plan.Plan.ID, service, err)
		}
	}
	return string(verdict), nil
}

// waitsFor is the verdict on a plan while a workflow waits for a decision: on this plan,
// which an earlier try has put up, or on another.
func (c conductor) waitsFor(ctx context.Context, in fleet.DeliverInput) (string, error) {
	id := workflows.PlanID(in.Policy.Service)
	value, err := c.temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery)
	var now workflows.PlanResult
	if err == nil {
		err = value.Get(&now)
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("ask %s which plan it is about: %w", id, err)
	case now.Plan.Plan.ID == in.Plan.Plan.ID:
		return string(workflows.Waiting), nil
	case now.Verdict == workflows.Waiting:
		return string(workflows.Superseded) + ": another plan is awaiting approval", nil
	}
	return string(workflows.Superseded) + ": another plan is being made", nil
}
