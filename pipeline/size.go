package pipeline

import (
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// An EventNeed is what an event needs of one pool.
type EventNeed struct {
	Pool   string
	Target capacity.TargetName
	Units  capacity.Units
	Lead   time.Duration // until a unit that is asked for serves, as it was measured
}

// EventInput is an event of a policy, and what is planned for it.
type EventInput struct {
	Policy   capacity.Policy // with learnt and measured values
	Event    capacity.Event
	Forecast capacity.Forecast // that reaches beyond the event
	States   []capacity.State
	Now      time.Time
}

// SizeEvent finds how many units of each pool the cheapest plan runs at most while the
// event lasts, its ramps included, in the order of the pools, and notes where the
// policy's max limits them. Its errors are those of [planner.Build].
func SizeEvent(in EventInput) (needs []EventNeed, notes []string, err error) {
	plan, err := planner.Build(planner.Input{Policy: in.Policy, Forecast: in.Forecast, States: in.States, Now: in.Now})
	if err != nil {
		return nil, nil, err
	}
	from, to := in.Event.From.Add(-in.Event.Ramp), in.Event.To.Add(in.Event.Ramp)
	for _, pool := range in.Policy.Pools {
		need := EventNeed{Pool: pool.Name, Target: pool.Target, Lead: pool.LeadTime}
		i := slices.IndexFunc(plan.Pools, func(p capacity.PoolPlan) bool { return p.Target == pool.Target })
		atMax := 0.0 // what the load asks for at most where max limits the plan
		for _, step := range plan.Pools[i].Steps {
			if step.Start.Add(plan.Step).After(from) && step.Start.Before(to) {
				need.Units = max(need.Units, step.Units)
				if step.Why.Reason == capacity.ReasonMax {
					atMax = max(atMax, step.Need)
				}
			}
		}
		if wants := capacity.Units(math.Ceil(atMax)); wants > pool.Max {
			notes = append(notes, fmt.Sprintf("pool %q: the event's load asks for %s, and the policy's max of %d holds it there: raise max, or say --units", pool.Name, capacity.Count(wants, "unit"), pool.Max))
		}
		needs = append(needs, need)
	}
	return needs, notes, nil
}
