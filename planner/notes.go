package planner

import (
	"fmt"

	"headroom/capacity"
)

// notes are what the reader should know of the plan as a whole, after the notes
// that came with the input.
func (s *sketch) notes(reasons []capacity.Reason) ([]string, error) {
	notes := append([]string(nil), s.in.Notes...)
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	pool, o, levels := s.in.Policy.Pools[0], s.in.Policy.Objective, s.in.Forecast.Levels

	if serves := 1 - away(pool); o.Missing > 0 && o.Missing*serves <= pool.Price {
		add("a missing unit-hour (%s) costs no more than a unit-hour (%s): missing load is cheaper than a unit, so only min is planned", capacity.Figure(o.Missing*serves), capacity.Figure(pool.Price))
	}
	if gone := away(pool); gone > 0 && o.ServiceLevel > 1-gone {
		add("pool %q is away for %s%% of the time, so that %s is out of reach with it alone: add a pool that stays", pool.Name, capacity.Figure(100*gone), capacity.Percentile(o.ServiceLevel))
	}
	if top := levels[len(levels)-1]; s.quantile > top {
		add("the objective asks for %s, but the forecast ends at %s: planned for that, the risk beyond it is unknown", capacity.Percentile(s.quantile), capacity.Percentile(top))
	}
	wants := make([]int, len(s.wishes))
	for t, w := range s.wishes {
		wants[t] = w.units
	}
	notes = append(append(notes, s.standing()...), s.limited(wants, reasons)...)
	for i, b := range s.limits.Budgets {
		if b.Most > s.asked[i].Most {
			part := float64(b.Most) / float64(max(1, s.asked[i].Most))
			if s.asked[i].Most == 0 {
				add("budget %s per %s cannot be kept from %s: whatever is asked for, the units that run take more; it is raised to what they take", capacity.Figure(o.Budget.Amount), o.Budget.Per, s.clock(s.at(b.From)))
				continue
			}
			add("budget %s per %s cannot be kept from %s: the other limits take at least %s per %s, planned for that", capacity.Figure(o.Budget.Amount), o.Budget.Per, s.clock(s.at(b.From)), capacity.Figure(o.Budget.Amount*part), o.Budget.Per)
		}
	}
	if s.gap > 0 {
		add("the search stopped at its limit of work, so a cheaper plan may exist: it would save at most %s", capacity.Figure(float64(s.gap)*s.tariff.money))
	}
	prices, err := s.prices()
	return append(notes, prices...), err
}

// pace names what decides how fast the target may move into its bounds.
func (s *sketch) pace() string {
	pool, pace := s.in.Policy.Pools[0], "ramps and lead time"
	if pool.Hold > 0 || pool.Changes > 0 {
		pace = "ramps, lead time, hold and changes"
	}
	for t := range s.units {
		if s.limits.fixed[t] || s.limits.fixedUp[t] {
			return pace + " allow outside the freeze"
		}
	}
	return pace + " allow"
}

// standing tells of a target that does not stand where a plan begins well.
func (s *sketch) standing() []string {
	var notes []string
	pool, state := s.in.Policy.Pools[0], s.in.States[0]
	if !state.Settled() {
		notes = append(notes, fmt.Sprintf("the target was asked for %d and %d serve: the plan counts on what was asked for", state.Units, state.Serving))
	}
	if state.Units < pool.Min || state.Units > pool.Max {
		notes = append(notes, fmt.Sprintf("current size %d is outside min %d / max %d: moving into range as fast as %s", state.Units, pool.Min, pool.Max, s.pace()))
	}
	return notes
}

// limited tells which limits keep the plan below what is wanted, and where most.
func (s *sketch) limited(wants []int, reasons []capacity.Reason) []string {
	var notes []string
	for _, why := range []capacity.Reason{
		capacity.ReasonMax, capacity.ReasonLeadTime, capacity.ReasonRampUp, capacity.ReasonRampDown,
		capacity.ReasonFreeze, capacity.ReasonHold, capacity.ReasonChanges, capacity.ReasonBudget,
	} {
		steps, worst, most := 0, 0, 0
		for t, want := range wants {
			missing := want - s.units[t]
			if missing <= 0 || reasons[t] != why {
				continue
			}
			steps++
			if missing > most {
				most, worst = missing, t
			}
		}
		if steps > 0 {
			notes = append(notes, fmt.Sprintf("%s keeps the plan below what the demand asks for in %d of %s, most at %s: needs %d, runs %d",
				why, steps, capacity.Count(len(s.units), "step"), s.clock(s.at(worst)), wants[worst], s.units[worst]))
		}
	}
	return notes
}
