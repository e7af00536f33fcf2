package workflows_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/activities/execution"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/pipeline"
	"headroom/workflows"
)

// dayPlan stores a plan of a day that rises to 6 units in its middle and ends at 3,
// made so long after the origin; the target is expected at from.
func (c *conductor) dayPlan(t *testing.T, id string, made time.Duration, from capacity.Units) execution.TakeInput {
	t.Helper()
	in := c.plan(t, id, made, change{made + 6*time.Hour, from, 6}, change{made + 18*time.Hour, 6, 3})
	stored := pipeline.StoredPlan{}
	c.read(t, in.Plan.Ref.Key, &stored)
	steps := make([]capacity.Step, 24)
	for i := range steps {
		steps[i] = capacity.Step{Start: origin.Add(made + time.Duration(i)*time.Hour), Units: from}
		if i >= 6 {
			steps[i].Units = 6
		}
		if i >= 18 {
			steps[i].Units = 3
		}
		steps[i].Need = float64(steps[i].Units) - 0.5
	}
	stored.Plan.Pools[0].Steps = steps
	data, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	if in.Plan.Ref, err = c.acts.Store.Put(t.Context(), capacity.PlanKey("web", id, "day.json"), data); err != nil {
		t.Fatal(err)
	}
	in.Plan.End = stored.Plan.End()
	return in
}

// TestExecute_Extends: when a plan of a day ends and no newer one has come, the most
// units of its last day are held, within bounds and orders, until one comes.
func TestExecute_Extends(t *testing.T) {
	tests := map[string]struct {
		change func(*conductor, *testing.T)
		asked  []capacity.Units
		end    time.Duration
	}{
		"no newer plan":   {asked: []capacity.Units{6, 3, 6}},
		"within the most": {change: func(c *conductor, _ *testing.T) { c.policy.Pools[0].Max = 5 }, asked: []capacity.Units{5, 3, 5}},
		"a newer plan in time": {
			change: func(c *conductor, t *testing.T) {
				c.offer(20*time.Hour, c.dayPlan(t, "q", 20*time.Hour, 3), updateCallbacks{})
			},
			asked: []capacity.Units{6, 3, 6, 3, 6}, end: 44 * time.Hour,
		},
		"a newer plan after the end begins with what is held": {
			change: func(c *conductor, t *testing.T) {
				c.offer(30*time.Hour, c.dayPlan(t, "q", 30*time.Hour, 6), updateCallbacks{})
			},
			asked: []capacity.Units{6, 3, 6, 3, 6}, end: 54 * time.Hour,
		},
		"paused": {
			change: func(c *conductor, _ *testing.T) {
				c.tell(20*time.Hour, executor.PauseOrder, executor.Order{By: "ann", Why: "repairs"}, updateCallbacks{})
			},
			asked: []capacity.Units{6, 3},
		},
		"paused and resumed after the end": {
			change: func(c *conductor, _ *testing.T) {
				c.tell(20*time.Hour, executor.PauseOrder, executor.Order{By: "ann", Why: "repairs"}, updateCallbacks{})
				c.tell(26*time.Hour, executor.ResumeOrder, executor.Order{By: "ann", Why: "done"}, updateCallbacks{})
			},
			asked: []capacity.Units{6, 3, 6},
		},
		"an order outranks it": {
			change: func(c *conductor, _ *testing.T) {
				o := over("o", 4, false, 30*time.Hour)
				o.From = origin.Add(20 * time.Hour)
				c.tell(20*time.Hour, executor.OverrideOrder, o, updateCallbacks{})
			},
			asked: []capacity.Units{6, 3, 4, 6},
		},
		"a plan that never changes": {
			change: func(c *conductor, t *testing.T) {
				in := c.dayPlan(t, "flat", time.Minute, 2)
				stored := pipeline.StoredPlan{}
				c.read(t, in.Plan.Ref.Key, &stored)
				stored.Plan.Actions = nil
				data, _ := json.Marshal(stored)
				in.Plan.Ref, _ = c.acts.Store.Put(t.Context(), capacity.PlanKey("web", "flat", "flat.json"), data)
				c.offer(time.Minute, in, updateCallbacks{})
			},
			asked: []capacity.Units{6},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			told := c.heard()
			if test.change != nil {
				test.change(c, t)
			}
			c.offer(0, c.dayPlan(t, "p", 0, 2), updateCallbacks{})
			last := max(test.end, 24*time.Hour) + 8*time.Hour
			c.abortWhen(func(s executor.State) bool { return c.env.Now().After(origin.Add(last / speed)) })
			c.env.ExecuteWorkflow(workflows.Execute, c.state())
			var state executor.State
			if err := c.env.GetWorkflowResult(&state); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.asked, c.asked(t)); diff != "" {
				t.Errorf("the fleet was asked for (-want +got):\n%s", diff)
			}
			if state.Ended == "" || state.Extended != state.Plan.ID {
				t.Errorf("plan %s ended %q and was extended %q, want both", state.Plan.ID, state.Ended, state.Extended)
			}
			records := c.records(t, audit.Extended)
			if !slices.ContainsFunc(records, func(r audit.Record) bool {
				return r.Plan == state.Plan.ID && strings.Contains(r.Text, "no newer one has come")
			}) {
				t.Errorf("the records are %+v, want one of plan %s", records, state.Plan.ID)
			}
			late := 0
			for _, n := range *told {
				if n.Kind == capacity.NoticeLate {
					late++
				}
			}
			if late != len(records) {
				t.Errorf("%d notices and %d records say that a plan was extended", late, len(records))
			}
		})
	}
}
