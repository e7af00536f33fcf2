package planner

import (
	"fmt"
	"slices"

	"headroom/capacity"
)

// notes are what the reader should know of the plan as a whole, after the notes
// that came with the input.
func (f *fleet) notes(reasons [][]capacity.Reason) []string {
	notes := slices.Clone(f.in.Notes)
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	o, levels := f.in.Policy.Objective, f.in.Forecast.Levels
	if !slices.ContainsFunc(f.members, func(m *member) bool { return m.quantile > 0 }) {
		add("a missing unit-hour (%s) costs no more than the load it is worth does in any pool: missing load is cheaper than a unit, so only min and what is paid for is planned", capacity.Figure(o.Missing))
	}
	for _, m := range f.members {
		if pool := m.in.Policy.Pools[0]; !m.relied {
			add("pool %q is away for %s%% of the time, too much for %s: it is not relied on", pool.Name, capacity.Figure(100*away(pool)), capacity.Percentile(o.ServiceLevel))
		}
	}
	if !slices.ContainsFunc(f.members, func(m *member) bool { return m.relied }) {
		add("%s is out of reach with these pools alone: add a pool that stays", capacity.Percentile(o.ServiceLevel))
	}
	if top := levels[len(levels)-1]; f.quantile > top {
		add("the objective asks for %s, but the forecast ends at %s: planned for that, the risk beyond it is unknown", capacity.Percentile(f.quantile), capacity.Percentile(top))
	}
	for i, m := range f.members {
		name := fmt.Sprintf("pool %q: ", m.in.Policy.Pools[0].Name)
		for _, note := range append(m.standing(), m.limited(m.beside, reasons[i])...) {
			notes = append(notes, name+note)
		}
	}
	for k, raised := range f.raised {
		if raised {
			b := f.problem.Budgets[k]
			add("budget %s per %s cannot be kept from %s: the other limits take at least %s until %s, planned for that",
				capacity.Figure(o.Budget.Amount), o.Budget.Per, f.clock(b.From), capacity.Figure(b.Most), f.clock(b.To))
		}
	}
	if gap := f.Cost - f.Bound; gap > 1e-9*f.Cost {
		add("the search stopped at its limit of work, so a cheaper plan may exist: it would save at most %s (%s%%)", capacity.Figure(gap), capacity.Figure(100*gap/f.Cost))
	}
	if note := f.thrift(); note != "" {
		notes = append(notes, note)
	}
	return append(notes, f.takenBack()...)
}

// clock writes when a step begins.
func (f *fleet) clock(t int) string {
	return f.members[0].clock(f.in.Forecast.At(f.past + t))
}

// thrift is a note of what the budget costs, or empty if it costs nothing.
func (f *fleet) thrift() string {
	b := f.in.Policy.Objective.Budget
	now, then := f.expect(f.Units), f.expect(f.free)
	switch {
	case slices.EqualFunc(f.Units, f.free, slices.Equal[[]int]):
		return ""
	case f.in.Policy.Objective.Missing == 0:
		return fmt.Sprintf("without the budget of %s per %s the plan would cost %s instead of %s, and miss %s unit-hours instead of %s",
			capacity.Figure(b.Amount), b.Per, capacity.Figure(total(then)), capacity.Figure(total(now)), capacity.Figure(then.MissingUnitHours), capacity.Figure(now.MissingUnitHours))
	case total(now)-total(then) <= 1e-9*total(now):
		return ""
	}
	return fmt.Sprintf("the budget of %s per %s costs %s: without it the plan would be expected to cost %s instead of %s",
		capacity.Figure(b.Amount), b.Per, capacity.Figure(total(now)-total(then)), capacity.Figure(total(then)), capacity.Figure(total(now)))
}

// takenBack tells what is expected to be missing because the market takes pools
// back.
func (f *fleet) takenBack() []string {
	var notes []string
	hours := f.in.Forecast.Step.Hours() / f.in.Policy.Pools[0].UnitRate
	for i, m := range f.members {
		pool := m.in.Policy.Pools[0]
		if away(pool) == 0 || slices.Max(f.Units[i]) == 0 {
			continue
		}
		stays := f.problem
		stays.Loads, stays.Pools = f.loads(), slices.Clone(f.problem.Pools)
		for j, other := range f.in.Policy.Pools {
			stays.Pools[j].Lost = away(other)
		}
		stays.Pools[i].Lost = 0
		risk, with, without := stays.Risk(), 0.0, 0.0
		now := make([]int, len(f.Units))
		for t := range f.steps {
			for j := range now {
				now[j] = f.Units[j][t]
			}
			a, _ := f.risk.Of(t, now)
			b, _ := risk.Of(t, now)
			with, without = with+a, without+b
		}
		notes = append(notes, fmt.Sprintf("pool %q is expected to be away, taken back by the market, for %s%% of the time: of the %s unit-hours expected to be missing, %s are due to that",
			pool.Name, capacity.Figure(100*away(pool)), capacity.Figure(with*hours), capacity.Figure((with-without)*hours)))
	}
	return notes
}
