package workflows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"headroom/activities/execution"
	"headroom/capacity"
	"headroom/pipeline"
	"headroom/workflows"
)

// change is an action so long after the origin.
type change struct {
	after    time.Duration
	from, to capacity.Units
}

// plan stores a plan of the changes, made so long after the origin.
func (c *conductor) plan(t *testing.T, id string, made time.Duration, changes ...change) execution.TakeInput {
	t.Helper()
	return c.planFor(t, id, c.policy.Pools[0].Target, made, changes...)
}

// planFor is plan for a given target.
func (c *conductor) planFor(t *testing.T, id string, target capacity.TargetName, made time.Duration, changes ...change) execution.TakeInput {
	t.Helper()
	p := capacity.Plan{ID: id, Service: "web", Made: origin.Add(made), Start: origin.Add(made), Step: time.Hour}
	p.Pools = []capacity.PoolPlan{{Pool: "a", Target: target, Steps: make([]capacity.Step, 6)}}
	for i, ch := range changes {
		p.Actions = append(p.Actions, capacity.Action{
			ID: fmt.Sprintf("%s/%d", id, i), Target: target,
			At: origin.Add(ch.after), Due: origin.Add(ch.after + 5*time.Minute), From: ch.from, Units: ch.to,
		})
	}
	_, hash, err := c.policy.Encode()
	if err != nil {
		t.Fatal(err)
	}
	with := c.policy
	with.Pools = slices.Clone(with.Pools)
	if c.made == nil {
		c.made = map[string]capacity.Policy{}
	}
	c.made[id] = with
	c.forced(t, c.policy)
	data, err := json.Marshal(pipeline.StoredPlan{Policy: c.policy, PolicyHash: hash, Plan: p})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := c.acts.Store.Put(t.Context(), capacity.PlanKey("web", id, "plan.json"), data)
	if err != nil {
		t.Fatal(err)
	}
	return execution.TakeInput{Service: "web", Plan: capacity.PlanRef{ID: id, Ref: ref, Now: p.Made, End: p.End()}}
}

// decided stores what was decided on a plan.
func (c *conductor) decided(t *testing.T, plan string, d execution.Decision) {
	t.Helper()
	data, err := json.Marshal(d)
	if err == nil {
		_, err = c.acts.Store.Put(t.Context(), capacity.DecisionKey("web", plan), data)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// offer hands a plan over so long after the origin.
func (c *conductor) offer(after time.Duration, in execution.TakeInput, callbacks callbacks) {
	c.env.RegisterDelayedCallback(func() {
		if p, made := c.made[in.Plan.ID]; made {
			if err := c.force(context.Background(), p); err != nil {
				panic(err)
			}
		}
		c.env.UpdateWorkflow(workflows.TakeUpdate, in.Plan.ID, callbacks, in)
	}, after/speed)
}
