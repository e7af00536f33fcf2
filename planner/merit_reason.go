package planner

import (
	"slices"

	"headroom/capacity"
	"headroom/planner/dispatch"
)

// account is the plan of m with its reasons. Where the others have a part in a
// number, its sentence tells so.
func (f *fleet) account(m *member) ([]capacity.Step, []capacity.Reason) {
	steps, reasons := m.steps()
	for t := range steps {
		reasons[t] = f.merit(m, t, reasons[t])
		text := f.sentence(m, t, reasons[t])
		if text == "" {
			text = steps[t].Why.Text
		}
		steps[t].Why = capacity.Why{Reason: reasons[t], Text: text}
	}
	return steps, reasons
}

// merit is the reason of a number, given what it would be if the pool were the
// only one beside those that are cheaper.
func (f *fleet) merit(m *member, t int, alone capacity.Reason) capacity.Reason {
	n, want := m.units[t], m.wishes[t].units
	switch {
	case n == 0 && want == 0 && m.cheaper[t] > 0 && alone == capacity.ReasonDemand:
		return capacity.ReasonMerit
	case n == 0 && want == 0 && !m.relied:
		return capacity.ReasonMerit
	case n == want && alone == capacity.ReasonDemand && n == int(m.in.Policy.Pools[0].Min) && f.displaces(m, t):
		return capacity.ReasonMin
	case n >= want:
		return alone
	case n < m.beside[t]:
		if f.binds(t) && free(alone) {
			return capacity.ReasonBudget
		}
		return alone
	case free(alone):
		return capacity.ReasonMerit
	}
	if alone == capacity.ReasonLeadTime && m.limits.early[t] && n < m.limits.Before {
		return capacity.ReasonMerit // it was free to keep what it had
	}
	return alone
}

// free reports whether a reason tells of cost, and not of a limit that forbids a
// number at once.
func free(why capacity.Reason) bool {
	return slices.Contains([]capacity.Reason{capacity.ReasonPrice, capacity.ReasonChange, capacity.ReasonChanges, capacity.ReasonHold}, why)
}

// binds reports whether the budget of step t keeps the pools from what they would
// run without it.
func (f *fleet) binds(t int) bool {
	return slices.ContainsFunc(f.problem.Budgets, func(b dispatch.Budget) bool {
		return b.From <= t && t < b.To && f.spent(b, f.free) > b.Most*(1+1e-12)
	})
}

// displaces reports whether the units of m that have to run keep a cheaper pool
// from running more in step t.
func (f *fleet) displaces(m *member, t int) bool {
	own := slices.Index(f.order, m.place)
	return m.units[t] > 0 && slices.ContainsFunc(f.order[:own], func(j int) bool {
		o := f.members[j]
		return o.units[t] < o.wishes[t].units && o.units[t] >= o.beside[t]
	})
}
