package planner

import (
	"fmt"
	"slices"

	"headroom/capacity"
)

// prices say what each limit that binds costs: the plan, compared with the plan
// for the same policy without that limit.
func (s *sketch) prices() ([]string, error) {
	var notes []string
	add := func(name string, lift func(*capacity.Policy)) error {
		note, err := s.price(name, lift)
		if note != "" {
			notes = append(notes, note)
		}
		return err
	}
	pool, b := s.in.Policy.Pools[0], s.in.Policy.Objective.Budget
	bound := !slices.Equal(s.units, s.free)
	if bound && pool.Changes > 0 {
		if err := add("the limit of "+capacity.Count(pool.Changes, "change"), func(p *capacity.Policy) { p.Pools[0].Changes = 0 }); err != nil {
			return nil, err
		}
	}
	if bound && len(s.limits.Budgets) > 0 {
		name := fmt.Sprintf("the budget of %s per %s", capacity.Figure(b.Amount), b.Per)
		if err := add(name, func(p *capacity.Policy) { p.Objective.Budget = capacity.Budget{} }); err != nil {
			return nil, err
		}
	}
	if slices.Contains(s.limits.fixed, true) || slices.Contains(s.limits.fixedUp, true) {
		if err := add("the freeze", func(p *capacity.Policy) { p.Control.Freeze = capacity.Freeze{} }); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// price is a note of what a limit costs, or empty if it costs nothing.
func (s *sketch) price(name string, lift func(*capacity.Policy)) (string, error) {
	in := s.in
	in.Policy.Pools = slices.Clone(in.Policy.Pools)
	lift(&in.Policy)
	enough := 0
	for _, w := range s.wishes {
		enough = max(enough, w.units)
	}
	l := limitsOf(in, s.at(0), len(s.units), enough)
	l.Budgets = budgets(in, s.at(0), len(s.units), s.zone)
	k := taskOf(in, s.needs, s.wishes, l)
	without, err := k.solve()
	if err != nil || slices.Equal(without.units, s.units) {
		return "", err
	}
	now, then := expect(s.in, s.needs, s.units), expect(in, s.needs, without.units)
	a, b := capacity.Figure(total(then)), capacity.Figure(total(now))
	if s.in.Policy.Objective.Missing > 0 {
		costs := total(now) - total(then)
		if costs <= 1e-9*total(now) {
			return "", nil
		}
		return fmt.Sprintf("%s costs %s: without it the plan would be expected to cost %s instead of %s", name, capacity.Figure(costs), a, b), nil
	}
	return fmt.Sprintf("without %s the plan would cost %s instead of %s, and miss %s unit-hours instead of %s",
		name, a, b, capacity.Figure(then.MissingUnitHours), capacity.Figure(now.MissingUnitHours)), nil
}
