package app

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"headroom/activities"
	"headroom/workflows"
)

// deliver takes a plan to where its policy says. One that a person must approve
// gets a workflow of its own to wait in; while an older one waits there, it is
// left in peace, and the verdict says so.
func deliver(temporal client.Client) func(context.Context, activities.DeliverInput) (string, error) {
	hand := offer(temporal)
	return func(ctx context.Context, in activities.DeliverInput) (string, error) {
		service := in.Policy.Service
		verdict, _ := workflows.VerdictOn(in.Policy, in.Plan)
		switch verdict { //nolint:exhaustive // all others are for what became of it later
		case workflows.HandedOver:
			return string(verdict), hand(ctx, activities.TakeInput{Service: service, Plan: in.Plan.Plan, Policy: in.Policy, Clock: in.Clock})
		case workflows.Waiting:
			_, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
				ID: workflows.PlanID(service), TaskQueue: workflows.Queue, StaticSummary: "waits for a decision on a plan of " + service,
				WorkflowExecutionErrorWhenAlreadyStarted: true,
			}, workflows.Plan, workflows.PlanInput{Policy: in.Policy, Clock: in.Clock, Made: &in})
			if _, busy := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); busy {
				return waitsFor(ctx, temporal, in)
			}
			if err != nil {
				return "", fmt.Errorf("put plan %s of %q up for approval: %w", in.Plan.Plan.ID, service, err)
			}
		}
		return string(verdict), nil
	}
}

// waitsFor tells a plan that an earlier try has put up from another that waits.
func waitsFor(ctx context.Context, temporal client.Client, in activities.DeliverInput) (string, error) {
	id := workflows.PlanID(in.Policy.Service)
	value, err := temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery)
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
