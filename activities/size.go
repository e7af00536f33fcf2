package activities

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// SizeInput is an event of the policy, and a forecast that reaches beyond it.
type SizeInput struct {
	Policy   capacity.Policy
	Clock    capacity.Clock
	Now      time.Time // on that clock
	Event    capacity.Event
	Forecast ForecastResult
	Table    capacity.Ref
	Columns  []Column `json:",omitempty"`
}

// Sized is what an event needs of one pool.
type Sized struct {
	Pool   string
	Target capacity.TargetName
	Units  capacity.Units
	Lead   time.Duration // until a unit that is asked for serves, as it was measured
}

// SizeResult is what an event needs, in the order of the policy's pools.
type SizeResult struct {
	Pools []Sized
	Notes []string
}

// Size finds how many units of each pool the cheapest plan runs at most while the
// event lasts, its ramps included. Its errors are those of [planner.Build].
func (a *Activities) Size(ctx context.Context, in SizeInput) (out SizeResult, err error) {
	defer cross(&err)
	states, err := a.states(ctx, in.Policy, in.Clock)
	if err != nil {
		return out, err
	}
	var f capacity.Forecast
	if err := a.getJSON(ctx, in.Forecast.Forecast, &f); err != nil {
		return out, err
	}
	settled, notes, _, err := a.settle(ctx, OptimiseInput{Policy: in.Policy, Clock: in.Clock, Now: in.Now, Forecast: in.Forecast, Table: in.Table, Columns: in.Columns})
	if err != nil {
		return out, fmt.Errorf("size event %q: %w", in.Event.Name, err)
	}
	plan, err := planner.Build(planner.Input{Policy: settled, Forecast: f, States: states, Now: in.Now})
	if err != nil {
		return out, fmt.Errorf("size event %q: %w", in.Event.Name, err)
	}
	from, to := in.Event.From.Add(-in.Event.Ramp), in.Event.To.Add(in.Event.Ramp)
	for _, pool := range settled.Pools {
		s := Sized{Pool: pool.Name, Target: pool.Target, Lead: pool.LeadTime}
		i := slices.IndexFunc(plan.Pools, func(p capacity.PoolPlan) bool { return p.Target == pool.Target })
		held := 0.0 // what the load asks for at most where max holds the plan
		for _, step := range plan.Pools[i].Steps {
			if step.Start.Add(plan.Step).After(from) && step.Start.Before(to) {
				s.Units = max(s.Units, step.Units)
				if step.Why.Reason == capacity.ReasonMax {
					held = max(held, step.Need)
				}
			}
		}
		if wants := capacity.Units(math.Ceil(held)); wants > pool.Max {
			out.Notes = append(out.Notes, fmt.Sprintf("pool %q: the event's load asks for %s, and the policy's max of %d holds it there: raise max, or say --units", pool.Name, capacity.Count(wants, "unit"), pool.Max))
		}
		out.Pools = append(out.Pools, s)
	}
	out.Notes = slices.Concat(out.Notes, notes, in.Forecast.Notes)
	return out, nil
}
