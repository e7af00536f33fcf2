package planner

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner/dispatch"
)

// A fleet is several pools that serve one load together: a plan's numbers before
// they are explained.
type fleet struct {
	in       Input
	past     int // steps of the forecast that are over
	steps    int
	zone     *time.Location
	quantile float64 // at which the dearest pool is planned
	members  []*member
	order    []int // of the members: the cheapest load first
	problem  dispatch.Problem
	asked    dispatch.Risk // as the objective counts what is missing
	risk     dispatch.Risk // as load may come and pools may be taken back
	dispatch.Solution
	free   [][]int // what would run without a budget
	raised []bool  // the budgets that nothing keeps
}

// A member is one pool of a fleet.
type member struct {
	sketch
	place   int
	top     int       // units that serve the highest load alone
	relied  bool      // its load counts although the market may take it back
	cheaper []float64 // the load that cheaper pools serve in each step
	beside  []int     // what the objective wants of it beside all that the others run
}

// together plans several pools for the steps of the forecast that are not over.
func together(in Input, id string, past int, zone *time.Location) (capacity.Plan, error) {
	f := &fleet{in: in, past: past, steps: in.Forecast.Steps() - past, zone: zone}
	f.muster()
	if err := f.solve(); err != nil {
		return capacity.Plan{}, fmt.Errorf("plan %q: %w", in.Policy.Service, err)
	}
	f.judge()
	plan := capacity.Plan{
		ID:       id,
		Service:  in.Policy.Service,
		Made:     in.Now,
		Start:    in.Forecast.At(past),
		Step:     in.Forecast.Step,
		Model:    in.Forecast.Model,
		Quantile: f.quantile,
		Expect:   f.expect(f.Units),
	}
	reasons := make([][]capacity.Reason, len(f.members))
	for i, m := range f.members {
		pool := m.in.Policy.Pools[0]
		var steps []capacity.Step
		steps, reasons[i] = f.account(m)
		plan.Pools = append(plan.Pools, capacity.PoolPlan{Pool: pool.Name, Target: pool.Target, Steps: steps})
		plan.Actions = append(plan.Actions, actions(m.in, id, steps)...)
	}
	// Of what is asked for at one moment, more comes before less.
	slices.SortStableFunc(plan.Actions, func(a, b capacity.Action) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(sign(b), sign(a)))
	})
	plan.Notes = f.notes(reasons)
	return plan, nil
}

// sign is 1 for an action that asks for more and -1 for one that asks for less.
func sign(a capacity.Action) int { return cmp.Compare(a.Units, a.From) }
