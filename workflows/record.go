package workflows

import (
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

// skip is pass for a plan whose actions are not loaded: another took over before
// there was a worker to load them, or since the conductor continued as new.
func (c *conductor) skip(ctx workflow.Context, why string) {
	s := c.state
	if s.Plan.ID == "" || c.loaded == s.Plan.ID {
		return
	}
	plan, next, now := s.Plan, s.Next, c.now(ctx)
	c.underway.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.underway.Done()
		ctx, cancel := workflow.NewDisconnectedContext(ctx)
		defer cancel()
		loaded, err := do(keep(ctx, "read the actions of plan "+plan.ID), a.Load, activities.LoadInput{Service: s.Service, Plan: plan})
		if err != nil {
			workflow.GetLogger(ctx).Error("a plan that was skipped could not be read", "plan", plan.ID, "error", err)
			return
		}
		begun := map[capacity.TargetName]int{}
		var outcomes []capacity.Outcome
		for _, action := range loaded.Actions {
			if begun[action.Target]++; begun[action.Target] > max(next[action.Target], loaded.Settled[action.Target]) {
				outcomes = append(outcomes, capacity.Outcome{Action: action, Verdict: capacity.Superseded, Settled: now, Note: why})
			}
		}
		if len(outcomes) > 0 {
			c.record(ctx, plan.ID, outcomes)
		}
	})
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
	c.underway.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer c.underway.Done()
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
		err = run(keep(ctx, activities.OutcomesInShort(outcomes)), a.Record, activities.RecordInput{Service: c.state.Service, Plan: plan, Outcomes: outcomes, Notify: c.state.Policy.Notify})
	}
	if err != nil {
		workflow.GetLogger(ctx).Error("outcomes were not recorded", "plan", plan, "first", outcomes[0].Action.ID, "error", err)
	}
	c.show(ctx, plan)
}
