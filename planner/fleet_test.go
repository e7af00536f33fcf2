package planner_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner"
)

// fleetInput is a small case of two or three pools with any of the limits.
func fleetInput(r *rand.Rand, steps, units int) planner.Input {
	in := anyLimits(r, randomInput(r, steps, units))
	in.Policy.Objective.Budget = capacity.Budget{}
	for i := range pick(r, 1, 2) {
		other := anyLimits(r, randomInput(r, steps, units))
		pool := other.Policy.Pools[0]
		pool.Name, pool.Target = []string{"spot", "base"}[i], []capacity.TargetName{"sim://spot", "sim://base"}[i]
		pool.UnitRate = pick(r, 0.5, 1, 2)
		in.Policy.Pools, in.States = append(in.Policy.Pools, pool), append(in.States, other.States[0])
	}
	if r.IntN(3) == 0 {
		in.Policy.Objective.Budget = capacity.Budget{Amount: 24 * 5 * r.Float64(), Per: pick(r, capacity.Hour, capacity.Day)}
	}
	return in
}

// alone is the part of a fleet's plan and input that one pool has.
func alone(in planner.Input, p capacity.Plan, i int) (planner.Input, capacity.Plan) {
	in.Policy.Pools, in.States = in.Policy.Pools[i:i+1], in.States[i:i+1]
	p.Pools, p.Actions = p.Pools[i:i+1], slices.DeleteFunc(slices.Clone(p.Actions), func(a capacity.Action) bool { return a.Target != p.Pools[i].Target })
	return in, p
}

// Every pool of a fleet keeps its own limits, its actions bring its numbers
// about, and all actions stand in order of time.
func TestBuild_FleetCarriesItselfOut(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	planned := 0
	for range cases(2_000) {
		in := fleetInput(r, 10, 6)
		p, err := planner.Build(in)
		if errors.Is(err, capacity.ErrBadPolicy) && strings.Contains(err.Error(), "cannot pay min") {
			continue
		}
		if err != nil {
			t.Fatalf("%v for %+v", err, in)
		}
		planned++
		if !slices.IsSortedFunc(p.Actions, func(a, b capacity.Action) int { return a.At.Compare(b.At) }) {
			t.Fatalf("actions %+v are not in order of time", p.Actions)
		}
		for i := range in.Policy.Pools {
			one, part := alone(in, p, i)
			checkPlan(t, one, part)
			one.Policy.Objective.Budget = capacity.Budget{}
			units := unitsOf(part)
			for k := range units {
				if !mayFollow(one, units[:k+1]) {
					t.Fatalf("step %d of %v breaks a limit of pool %d of %+v", k, units, i, in)
				}
			}
		}
		if again, err := planner.Build(in); err != nil || !cmp.Equal(p, again) {
			t.Fatalf("the same input gave another plan: %s (%v)", cmp.Diff(p, again), err)
		}
		if planner.Summary(p, in.Policy) == "" {
			t.Fatal("no summary")
		}
	}
	if planned < 100 {
		t.Errorf("only %d cases had a plan", planned)
	}
}

// wholeSteps lets the plan begin with a step, and units serve from the start of one:
// for several pools, the part of a step that is over is not counted as less.
func wholeSteps(in planner.Input) planner.Input {
	in.Policy.Pools, in.Now = slices.Clone(in.Policy.Pools), in.Forecast.Start
	for i := range in.Policy.Pools {
		in.Policy.Pools[i].LeadTime = in.Policy.Pools[i].LeadTime.Round(in.Forecast.Step)
	}
	return in
}

// A pool of which none may run changes nothing but the plan's name.
func TestBuild_FleetWithAnIdlePool(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	for range cases(1_000) {
		in := wholeSteps(randomInput(r, 8, 6))
		if in.Policy.Pools[0].Price == 0 {
			in.Policy.Pools[0].Price = 0.5
		}
		want, err := planner.Build(in)
		if err != nil {
			t.Fatal(err)
		}
		in.Policy.Pools = append(in.Policy.Pools, capacity.Pool{Name: "idle", Target: "sim://idle", UnitRate: 2, Price: 1})
		in.States = append(in.States, capacity.State{})
		got, err := planner.Build(in)
		if err != nil {
			t.Fatal(err)
		}
		// Equally cheap plans may differ, so that only what they cost must agree.
		cost := func(p capacity.Plan) float64 { return p.Expect.UnitCost + p.Expect.MissingCost }
		if in.Policy.Objective.Missing > 0 && math.Abs(cost(got)-cost(want)) > 1e-6*(1+cost(want)) {
			t.Fatalf("got %v for %v, alone %v for %v at %+v", unitsOf(got), cost(got), unitsOf(want), cost(want), in)
		}
		if in.Policy.Objective.ServiceLevel > 0 && !slices.Equal(unitsOf(got), unitsOf(want)) && got.Expect.UnitCost > want.Expect.UnitCost+1e-9 {
			t.Fatalf("got %v, alone %v at %+v", unitsOf(got), unitsOf(want), in)
		}
	}
}

// fleetCost is what units of two pools cost by the words of the policy.
func fleetCost(in planner.Input, units [2][]int) float64 {
	f, hours, sum := in.Forecast, in.Forecast.Step.Hours(), 0.0
	first := in.Policy.Pools[0]
	for t := range units[0] {
		for i, pool := range in.Policy.Pools {
			before := int(in.States[i].Units)
			if t > 0 {
				before = units[i][t-1]
			}
			sum += pool.Price*hours*float64(max(0, units[i][t]-int(pool.Paid))) + in.Policy.Objective.Change*math.Abs(float64(units[i][t]-before))
		}
		for mask := range 4 {
			chance, served := 1.0, 0.0
			for i, pool := range in.Policy.Pools {
				if mask>>i&1 == 1 {
					chance *= gone(pool)
					continue
				}
				chance *= 1 - gone(pool)
				served += pool.UnitRate * float64(units[i][t])
			}
			scaled := capacity.Forecast{Levels: f.Levels, Values: make([][]float64, len(f.Levels))}
			for k := range f.Levels {
				scaled.Values[k] = []float64{max(0, f.Values[k][t]-served)}
			}
			sum += chance * in.Policy.Objective.Missing * hours * missing(above(f, t, served), 0, 0) / first.UnitRate
		}
	}
	return sum
}

// above is the forecast of step t less what is served; it may be negative.
func above(f capacity.Forecast, t int, served float64) capacity.Forecast {
	out := capacity.Forecast{Levels: f.Levels}
	for k := range f.Levels {
		out.Values = append(out.Values, []float64{f.Values[k][t] - served})
	}
	return out
}

func TestBuild_FleetEqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 3))
	for range cases(1_500) {
		in := fleetInput(r, 3, 3)
		in.Policy.Pools, in.States = in.Policy.Pools[:2], in.States[:2]
		in.Policy.Objective.Budget = capacity.Budget{}
		in = wholeSteps(in)
		if in.Policy.Objective.Missing == 0 {
			in.Policy.Objective.Missing, in.Policy.Objective.ServiceLevel = 5, 0
		}
		for i := range in.States { // how outsiders come in is a matter of its own
			in.States[i].Units = min(max(in.States[i].Units, in.Policy.Pools[i].Min), in.Policy.Pools[i].Max)
		}
		var ways [2][][]int
		for i := range ways {
			one, _ := alone(in, capacity.Plan{Pools: make([]capacity.PoolPlan, 2)}, i)
			ways[i] = sequences(one)
		}
		best := math.Inf(1)
		for _, a := range ways[0] {
			for _, b := range ways[1] {
				best = min(best, fleetCost(in, [2][]int{a, b}))
			}
		}
		p, err := planner.Build(in)
		if err != nil {
			t.Fatalf("%v for %+v", err, in)
		}
		var got [2][]int
		for i := range got {
			_, part := alone(in, p, i)
			got[i] = unitsOf(part)
		}
		e := p.Expect
		if cost := fleetCost(in, got); cost > best+1e-6 || math.Abs(cost-e.UnitCost-e.MissingCost-e.ChangeCost) > 1e-6 {
			t.Fatalf("got %v for %v (the plan expects %+v), the best costs %v at %+v", got, cost, e, best, in)
		}
	}
}

// sequences are all numbers that a pool may run within its bounds and limits.
func sequences(in planner.Input) [][]int {
	pool, all := in.Policy.Pools[0], [][]int{nil}
	for range in.Forecast.Steps() {
		var longer [][]int
		for _, way := range all {
			for n := pool.Min; n <= pool.Max; n++ {
				if next := append(slices.Clone(way), int(n)); mayFollow(in, next) {
					longer = append(longer, next)
				}
			}
		}
		all = longer
	}
	return all
}

// three is a reserved, an on-demand and a spot pool at noon.
func three() planner.Input {
	in := planner.Input{Policy: policyOf(0, 20, 1, 40), Forecast: certain(3, 8, 14, 8), Now: noon}
	in.Policy.Pools[0].Name = "peak"
	in.Policy.Pools = append(in.Policy.Pools,
		capacity.Pool{Name: "base", Target: "sim://base", UnitRate: 1, Max: 4, Price: 0.6, Market: capacity.Reserved, Paid: 4},
		capacity.Pool{Name: "spot", Target: "sim://spot", UnitRate: 1, Max: 6, Price: 0.3, Market: capacity.Spot},
	)
	in.States = make([]capacity.State, 3)
	return in
}

func TestBuild_FleetReasons(t *testing.T) {
	tests := map[string]struct {
		change func(*planner.Input)
		pool   int
		step   int
		units  capacity.Units
		reason capacity.Reason
		text   string
	}{
		"cheaper pools serve it": {func(*planner.Input) {}, 0, 0, 0, capacity.ReasonMerit, "forecast P50 is 3: base serves it cheaper"},
		"at one price": {func(in *planner.Input) {
			in.Policy.Pools[1].Price, in.Policy.Pools[1].Paid, in.Policy.Pools[2].Price = 1, 0, 1
		}, 2, 0, 0, capacity.ReasonMerit, "it at the same price"},
		"what they leave":      {func(*planner.Input) {}, 0, 2, 4, capacity.ReasonDemand, "forecast P50 is 14, of which spot and base serve 10 cheaper: 4 units at 1"},
		"paid for":             {func(*planner.Input) {}, 1, 1, 4, capacity.ReasonDemand, "forecast P50 is 8: 4 of 4 units that are paid for"},
		"at max":               {func(*planner.Input) {}, 2, 2, 6, capacity.ReasonMax, "needs 10, held at max 6: forecast P50 is 14, of which base serves 4 cheaper"},
		"min":                  {func(in *planner.Input) { in.Policy.Pools[0].Min, in.States[0].Units = 1, 1 }, 0, 1, 1, capacity.ReasonMin, "at least 1 unit (min), spot and base serve the rest cheaper"},
		"beside another's min": {func(in *planner.Input) { in.Policy.Pools[0].Min, in.States[0].Units = 1, 1 }, 2, 1, 3, capacity.ReasonMerit, "needs 4, runs 3: peak serves the rest for less"},
		"lead time":            {func(in *planner.Input) { in.Policy.Pools[2].LeadTime = 12 * time.Minute }, 2, 1, 0, capacity.ReasonLeadTime, "first new unit can serve from 12:12"},
		"ramp":                 {func(in *planner.Input) { in.Policy.Pools[2].Ramp.Up = capacity.Rate{Units: 2, Per: 5 * time.Minute} }, 2, 0, 2, capacity.ReasonRampUp, "climbing towards 4 by 12:05, at most 2 per 5m"},
		"freeze": {func(in *planner.Input) {
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon, To: noon.Add(time.Hour)}}}
		}, 2, 1, 0, capacity.ReasonFreeze, "the policy denies changes from 12:00 to 13:00"},
		"changes": {func(in *planner.Input) { in.Policy.Pools[0].Changes, in.States[0].Units = 1, 4 }, 0, 0, 4, capacity.ReasonChanges, "may change only once"},
		"budget":  {func(in *planner.Input) { in.Policy.Objective.Budget = capacity.Budget{Amount: 2, Per: capacity.Hour} }, 0, 2, 3, capacity.ReasonBudget, "needs 4, runs 3: more would overspend 2 per hour"},
		"in case it is taken back": {func(in *planner.Input) {
			in.Policy.Pools[2].Price = 0
			in.Policy.Pools[2].LeadTime, in.Policy.Pools[2].Interruption, in.States[2].Units = time.Hour, 0.2, 6
		}, 0, 2, 10, capacity.ReasonDemand, "10 units at 1, 6 of them in case spot is taken back"},
		"not relied on": {func(in *planner.Input) {
			in.Policy.Objective = capacity.Objective{ServiceLevel: 0.5}
			in.Policy.Pools[2].LeadTime, in.Policy.Pools[2].Interruption = time.Minute, 0.2
		}, 2, 2, 0, capacity.ReasonMerit, "not relied on for P50: it may be taken back too often"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			in := three()
			tc.change(&in)
			p, err := planner.Build(in)
			if err != nil {
				t.Fatal(err)
			}
			step := p.Pools[tc.pool].Steps[tc.step]
			if step.Units != tc.units || step.Why.Reason != tc.reason || !strings.Contains(step.Why.Text, tc.text) {
				t.Errorf("got %d units: %s: %s; want %d: %s: %s", step.Units, step.Why.Reason, step.Why.Text, tc.units, tc.reason, tc.text)
			}
		})
	}
}
