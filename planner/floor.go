package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"headroom/capacity"
	"headroom/planner/reactive"
)

// Raise is plan, which [Build] made of in, but never below what the reactive
// strategies of the policy's floor ask for at the load that was measured last,
// in the unit of the forecast; NaN if it is not known, where they ask for what
// runs. It is as it was if the policy has no floor, the plan is above it, or a
// freeze denies raises now.
//
// The floor knows the load of now alone, so it holds until a lead time has
// passed: no unit that it asks for is released in the steps before, and the first
// step in which more can serve has them. From there the number comes down to the
// plan as fast as ramps allow, but not below what is due within a lead time. Max,
// ramps and freezes bind the floor; hold, changes and the budget do not, since it
// answers to what is happening. Raise returns a plan of several pools as it is.
func Raise(in Input, plan capacity.Plan, load float64) capacity.Plan {
	if !in.Policy.Control.Floor.Wanted() || len(in.Policy.Pools) != 1 || in.Policy.Control.Freeze.DeniesRaise(in.Now) {
		return plan
	}
	l := lift{in: in, plan: plan, load: in.Policy.Demand.Rate(load)}
	l.ask()
	units, first := l.units()
	steps := slices.Clone(plan.Pools[0].Steps)
	raised := 0
	for t, n := range units {
		if n == steps[t].Units {
			continue
		}
		raised++
		steps[t].Why = capacity.Why{Reason: capacity.ReasonFloor, Text: l.sentence(steps[t].Units, t <= first)}
		steps[t].Units = n
	}
	if raised == 0 {
		return plan
	}
	plan.ID = l.id()
	plan.Pools = []capacity.PoolPlan{{Pool: plan.Pools[0].Pool, Target: plan.Pools[0].Target, Steps: steps}}
	plan.Actions = actions(in, plan.ID, steps)
	plan.Notes = append(slices.Clone(plan.Notes), fmt.Sprintf("%s asks for %d at the load of now: %s higher than planned for", l.names(), l.floor, capacity.Count(raised, "step")))
	counts := make([]int, len(units))
	for t, n := range units {
		counts[t] = int(n)
	}
	past := int(plan.Start.Sub(in.Forecast.Start) / in.Forecast.Step)
	pool := in.Policy.Pools[0]
	plan.Expect = expect(in, parts(in, pool, plan.Start, needs(in.Forecast, in.Policy, pool, past)), counts)
	return plan
}

// A lift raises one plan.
type lift struct {
	in    Input
	plan  capacity.Plan
	load  float64 // as units are measured by
	floor capacity.Units
}

// ask lets the strategies ask for units.
func (l *lift) ask() {
	pool, state, f := l.in.Policy.Pools[0], l.in.States[0], l.in.Policy.Control.Floor
	m := reactive.Measurement{At: l.in.Now, Load: l.load, UnitRate: pool.UnitRate, Units: state.Units, Serving: state.Serving}
	if f.Dynamic > 0 {
		n, _ := reactive.Dynamic{Target: f.Dynamic}.Units(m, nil)
		l.floor = max(l.floor, n)
	}
	if f.Threshold {
		n, _ := reactive.Threshold{}.Units(m, reactive.Changed{})
		l.floor = max(l.floor, n)
	}
	l.floor = min(l.floor, pool.Max)
}

// units are those of the plan, raised, and the first step in which what is asked
// for now serves.
func (l *lift) units() (units []capacity.Units, first int) {
	pool, steps := l.in.Policy.Pools[0], l.plan.Pools[0].Steps
	before, step, freeze := l.in.States[0].Units, l.plan.Step, l.in.Policy.Control.Freeze
	runs, ready, late := before, l.in.Now.Add(pool.LeadTime), int(pool.LeadTime/l.plan.Step)
	first = len(steps)
	for t, s := range steps {
		n := s.Units
		switch {
		case s.Start.Before(ready) && !s.Start.Add(step).After(ready):
			n = max(n, min(l.floor, runs))
		case first == len(steps):
			first = t
			most, at := before+capacity.Units(change(pool.Ramp.Up, s.Start, step)), s.Start
			if at.Before(ready) {
				p := paceOf(pool.Ramp.Up, s.Start, step)
				most, at = before+capacity.Units(p.within(p.next(), s.Start.Add(step).Sub(ready))), ready
			}
			if freeze.DeniesRaise(at.Add(-pool.LeadTime)) {
				most = before
			}
			n = max(n, min(l.floor, most))
		case before > n:
			// What is released cannot be back within a lead time.
			soon := n
			for _, next := range steps[t:min(len(steps), t+late+1)] {
				soon = max(soon, next.Units)
			}
			least := before - capacity.Units(change(pool.Ramp.Down, s.Start, step))
			if freeze.DeniesLower(s.Start) {
				least = before
			}
			n = max(n, min(before, soon), least)
		}
		units = append(units, n)
		before = n
	}
	return units, first
}

// names says which strategies ask.
func (l *lift) names() string {
	var all []string
	if f := l.in.Policy.Control.Floor; f.Dynamic > 0 {
		all = append(all, "dynamic at "+capacity.Trim(100*f.Dynamic, 1)+"%")
	}
	if l.in.Policy.Control.Floor.Threshold {
		all = append(all, "threshold")
	}
	return "the floor (" + strings.Join(all, ", ") + ")"
}

// sentence says why a step runs more than so many that were planned for it.
func (l *lift) sentence(planned capacity.Units, asked bool) string {
	if !asked {
		return fmt.Sprintf("on the way down from the %d that the floor asked for, the plan alone would run %d", l.floor, planned)
	}
	load := "which is not known"
	if l.load >= 0 {
		load = capacity.Digits(l.load)
		if l.in.Policy.Demand.Aggregate == capacity.Sum {
			load += "/s"
		}
	}
	return fmt.Sprintf("%s asks for %d at the load of now, %s: the plan alone would run %d", l.names(), l.floor, load, planned)
}

// id names the raised plan by the one that was made and by the floor.
func (l *lift) id() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/floor/%d", l.plan.ID, l.floor))
	return hex.EncodeToString(sum[:6])
}
