package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// pass gives the actions of the plan so far that are not begun their outcome.
func (c *conductor) pass(ctx workflow.Context, why string) {
	if c.loaded == "" || c.loaded != c.state.Plan.ID {
		return
	}
	var left []capacity.Action
	for _, pool := range c.state.Policy.Pools {
		actions := c.actions[pool.Target]
		left = append(left, actions[min(c.state.Next[pool.Target], len(actions)):]...)
		c.state.Next[pool.Target] = len(actions)
	}
	c.supersede(ctx, left, why)
}

// supersede gives actions that are never begun their outcome.
func (c *conductor) supersede(ctx workflow.Context, actions []capacity.Action, why string) {
	if len(actions) == 0 {
		return
	}
	plan, now := c.loaded, c.now(ctx)
	var outcomes []capacity.Outcome
	for _, action := range actions {
		outcomes = append(outcomes, capacity.Outcome{Action: action, Verdict: capacity.Superseded, Settled: now, Note: why})
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
