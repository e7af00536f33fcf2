package workflows_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/workflows"
)

// addSpot gives a policy a second, cheaper pool with a target of its own.
func (w *world) addSpot() {
	w.policy.Pools = append(w.policy.Pools, capacity.Pool{
		Name: "spot", Target: "sim://spot?leadTime=20m&units=1", UnitRate: 50, Max: 10, Price: 0.3,
		LeadTime: 20 * time.Minute, Market: capacity.Spot, Interruption: 0.001,
	})
}

// TestPlan_SeveralPools: one plan for two pools is carried out on both targets.
func TestPlan_SeveralPools(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.addSpot()
	env := c.world.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: c.forced(t, c.policy), Clock: capacity.Replay(origin, speed)})
	result, plan := c.planned(t, env), c.stored(t).Plan
	if result.Verdict != workflows.HandedOver || len(c.offers) != 1 || len(plan.Pools) != 2 {
		t.Fatalf("got %s, %d offers and %d pools, want one plan of two pools handed over", result.Verdict, len(c.offers), len(plan.Pools))
	}
	largest := capacity.Units(0)
	for _, a := range plan.Actions {
		largest = max(largest, a.Units-a.From, a.From-a.Units)
	}
	if result.Plan.Largest != largest || !strings.Contains(result.Plan.Summary, "| spot |") {
		t.Errorf("got largest change %d and summary %s, want %d and both pools", result.Plan.Largest, result.Plan.Summary, largest)
	}

	c.offer(0, c.offers[0], updateCallbacks{})
	counts := c.run(t)
	said := strings.Join(c.outcomes(t, plan.ID), "\n")
	if lines := strings.Count(said, ": ") - strings.Count(said, "/restore"); lines != len(plan.Actions)+len(plan.Pools) || counts[capacity.Failed]+counts[capacity.Short]+counts[capacity.Compensated] > 0 {
		t.Errorf("got %v for %d actions:\n%s", counts, len(plan.Actions), said)
	}
	for i, pool := range plan.Pools {
		target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet")}.Target(pool.Target)
		if err != nil {
			t.Fatal(err)
		}
		log, err := target.(*local.Target).Log()
		if err != nil {
			t.Fatal(err)
		}
		var want []capacity.Action
		for _, a := range plan.Actions {
			if a.Target == pool.Target {
				want = append(want, a)
			}
		}
		// After its end each pool is held at the most that the plan runs.
		if len(want) == 0 || len(log) != len(want)+1 {
			t.Fatalf("pool %d: got %d changes of %s, want one for each of %d actions, and one at the end", i, len(log), pool.Target, len(want))
		}
		most := capacity.Units(0)
		for _, step := range pool.Steps {
			most = max(most, step.Units)
		}
		if last := log[len(log)-1]; last.To != most {
			t.Errorf("pool %d is held at %d units when the plan has ended, want %d", i, last.To, most)
		}
		for k, a := range want {
			if log[k].Action != a.ID || log[k].From != a.From || log[k].To != a.Units {
				t.Errorf("got change %+v of %s, want action %+v", log[k], pool.Target, a)
			}
		}
	}
}

// TestExecute_PatienceOfThePool: what is verified is given the lead time of the
// pool that it is about, here the second.
func TestExecute_PatienceOfThePool(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.addSpot()
	c.policy.Pools[0], c.policy.Pools[1] = c.policy.Pools[1], c.policy.Pools[0]
	c.policy.Pools[0].LeadTime, c.policy.Pools[1].LeadTime = 0, 20*time.Minute
	c.policy.Pools[1].Target = "sim://web?leadTime=15m&units=2"
	in := c.planFor(t, "p", c.policy.Pools[1].Target, 0, change{time.Hour, 2, 6})
	c.offer(0, in, updateCallbacks{})
	c.run(t)
	if got := c.outcomes(t, "p"); len(got) != 1 || got[0] != "p/0: done" {
		t.Errorf("got %v, want it done: with the patience of the first pool it would be short", got)
	}
}

// TestPlan_HoldsEachPool: without a model, no pool is cut in mode auto.
func TestPlan_HoldsEachPool(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	w.addSpot()
	w.policy.Pools[0].Target, w.policy.Pools[1].Target = "sim://web?leadTime=5m&units=20", "sim://spot?leadTime=20m&units=7"
	w.useless("naive", "blend")
	env := w.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
	w.planned(t, env)
	plan := w.stored(t).Plan
	for i, least := range []capacity.Units{20, 7} {
		for _, s := range plan.Pools[i].Steps {
			if s.Units < least {
				t.Fatalf("pool %s runs %d units at %s, want at least %d", plan.Pools[i].Pool, s.Units, s.Start, least)
			}
		}
	}
	if notes := strings.Join(plan.Notes, "\n"); !strings.Contains(notes, "a is kept at 20 units or more") || !strings.Contains(notes, "spot is kept at 7 units or more") {
		t.Errorf("got notes %q", notes)
	}
}
