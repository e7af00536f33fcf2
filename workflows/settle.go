package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// act asks for an action's units, and has them verified beside what follows.
func (c *conductor) act(ctx workflow.Context, action capacity.Action) {
	plan := c.loaded
	outcome, err := do(ask(ctx, fmt.Sprintf("%d → %d units: %s", action.From, action.Units, action.Why)), a.Act, activities.ActInput{Action: action, Clock: c.state.Clock})
	if err != nil {
		c.settle(ctx, plan, action, outcome, err)
		return
	}
	patience := 2*c.leadTime(action.Target) + time.Minute
	c.verifying.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.verifying.Done()
		verified, err := do(watch(ctx, fmt.Sprintf("do %d units serve?", action.Units), c.state.Clock.Wall(patience)), a.Verify, activities.VerifyInput{
			Outcome: outcome, Clock: c.state.Clock, Deadline: outcome.Asked.Add(patience),
		})
		c.settle(ctx, plan, action, verified, err)
	})
}

// leadTime is how long the plan takes units of a target to need.
func (c *conductor) leadTime(target capacity.TargetName) time.Duration {
	if d, measured := c.leadTimes[target]; measured {
		return d
	}
	for _, pool := range c.state.Policy.Pools {
		if pool.Target == target {
			return pool.LeadTime
		}
	}
	return c.state.Policy.Pools[0].LeadTime // the target is of an older policy
}

// settle compensates what failed or was broken off, and records the outcome.
// It works on although the workflow may be cancelled.
func (c *conductor) settle(ctx workflow.Context, plan string, action capacity.Action, outcome capacity.Outcome, failure error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if failure != nil || outcome.Verdict == capacity.Failed {
		restored, err := do(remote(ctx, "take back "+action.ID), a.Restore, activities.ActInput{Action: action, Clock: c.state.Clock})
		if err != nil {
			restored = capacity.Outcome{Action: action, Before: outcome.Before, After: outcome.After, Verdict: capacity.Failed, Note: err.Error()}
		}
		if failure != nil {
			restored.Note = errors.Join(failure, errors.New(restored.Note)).Error()
		}
		outcome = restored
	}
	c.record(ctx, plan, []capacity.Outcome{outcome})
}

// supersede gives the actions of the plan so far that are not begun their
// outcome, when a newer plan takes over.
func (c *conductor) supersede(ctx workflow.Context, newer activities.PlanRef) {
	if c.loaded == "" || c.loaded != c.state.Plan.ID || c.state.Next >= len(c.actions) {
		return
	}
	plan, now := c.loaded, c.state.Clock.Now(workflow.Now(ctx))
	var outcomes []capacity.Outcome
	for _, action := range c.actions[c.state.Next:] {
		outcomes = append(outcomes, capacity.Outcome{Action: action, Verdict: capacity.Superseded, Settled: now, Note: "plan " + newer.ID + " took over before it was due"})
	}
	c.verifying.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.verifying.Done()
		ctx, cancel := workflow.NewDisconnectedContext(ctx)
		defer cancel()
		c.record(ctx, plan, outcomes)
	})
}

// record counts outcomes and keeps them with their plan. An outcome that can
// never be kept is reported, and does not stop the conductor.
func (c *conductor) record(ctx workflow.Context, plan string, outcomes []capacity.Outcome) {
	for _, outcome := range outcomes {
		c.state.Counts[outcome.Verdict]++
	}
	err := c.recording.Lock(ctx)
	if err == nil {
		defer c.recording.Unlock()
		err = run(keep(ctx, recorded(outcomes)), a.Record, activities.RecordInput{Service: c.state.Service, Plan: plan, Outcomes: outcomes})
	}
	if err != nil {
		workflow.GetLogger(ctx).Error("outcomes were not recorded", "plan", plan, "first", outcomes[0].Action.ID, "error", err)
	}
}

// recorded says in the Temporal UI what is being recorded.
func recorded(outcomes []capacity.Outcome) string {
	if len(outcomes) > 1 {
		return fmt.Sprintf("%d actions: %s", len(outcomes), outcomes[0].Verdict)
	}
	first := outcomes[0].Action
	return fmt.Sprintf("%d → %d units: %s", first.From, first.Units, outcomes[0].Verdict)
}
