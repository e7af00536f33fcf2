package planner

import (
	"fmt"

	"headroom/capacity"
)

// notes are what the reader should know of the plan as a whole, after the notes
// that came with the input.
func (s sketch) notes() []string {
	notes := append([]string(nil), s.in.Notes...)
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	pool, o, state, levels := s.in.Policy.Pools[0], s.in.Policy.Objective, s.in.State, s.in.Forecast.Levels

	if o.Missing > 0 && o.Missing <= pool.Price {
		add("a missing unit-hour (%s) costs no more than a unit-hour (%s): missing load is cheaper than a unit, so only min is planned", capacity.Figure(o.Missing), capacity.Figure(pool.Price))
	}
	if top := levels[len(levels)-1]; s.quantile > top {
		add("the objective asks for %s, but the forecast ends at %s: planned for that, the risk beyond it is unknown", capacity.Percentile(s.quantile), capacity.Percentile(top))
	}
	if !state.Settled() {
		add("the target was asked for %d and %d serve: the plan counts on what was asked for", state.Units, state.Serving)
	}
	if state.Units < pool.Min || state.Units > pool.Max {
		add("the target was asked for %d, outside %d to %d: moving inside as fast as ramps and lead time allow", state.Units, pool.Min, pool.Max)
	}
	for _, why := range []capacity.Reason{capacity.ReasonMax, capacity.ReasonLeadTime, capacity.ReasonRampUp, capacity.ReasonRampDown} {
		if steps, worst := s.short(why); steps > 0 {
			add("%s keeps the plan below what the demand asks for in %d of %d steps, most at %s: wants %d, runs %d",
				why, steps, len(s.units), s.clock(s.at(worst)), s.wishes[worst].units, s.units[worst])
		}
	}
	return notes
}

// short counts the steps that run fewer units than they want because of why,
// and finds the one that is shortest.
func (s sketch) short(why capacity.Reason) (steps, worst int) {
	most := 0
	for t, w := range s.wishes {
		missing := w.units - s.units[t]
		if missing <= 0 || s.reason(t) != why {
			continue
		}
		steps++
		if missing > most {
			most, worst = missing, t
		}
	}
	return steps, worst
}
