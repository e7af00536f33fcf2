package planner

import "headroom/capacity"

// steps is the plan with its reasons.
func (s *sketch) steps() ([]capacity.Step, []capacity.Reason) {
	s.spent = make([]int64, len(s.limits.Budgets))
	for i, b := range s.limits.Budgets {
		s.spent[i] = spent(b, s.units)
	}
	s.changed = changes(s.limits.Before, s.units)
	reasons := make([]capacity.Reason, len(s.units))
	for t := range reasons {
		reasons[t] = s.reason(t)
	}
	v := s.voice(reasons)
	steps := make([]capacity.Step, len(s.units))
	for t := range steps {
		steps[t] = capacity.Step{
			Start: s.at(t),
			Units: capacity.Units(s.units[t]),
			Need:  s.wishes[t].need,
			Why:   capacity.Why{Reason: reasons[t], Text: v.sentence(t)},
		}
	}
	return steps, reasons
}
