package planner

// before is the number that step t changes from.
func (s *sketch) before(t int) int {
	if t == 0 {
		return s.limits.Before
	}
	return s.units[t-1]
}

// held reports whether a change into step t would be too close to another.
func (s *sketch) held(t int) bool {
	for k := t - 1; k >= 0 && t-k <= s.limits.Hold[0]+1; k-- {
		if s.units[k] != s.before(k) && t-k <= s.limits.Hold[k] {
			return true
		}
	}
	for k := t + 1; k < len(s.units) && k-t <= s.limits.Hold[t]; k++ {
		if s.units[k] != s.before(k) {
			return true
		}
	}
	return false
}

// spentUp reports whether the budget of step t has no room for one more unit.
func (s *sketch) spentUp(t int) bool {
	for i, b := range s.limits.Budgets {
		if t >= b.From && t < b.To {
			return s.units[t] >= b.Paid && s.spent[i] >= b.Most
		}
	}
	return false
}

// grows reports whether a decrease to n in step t would forbid an increase that
// the plan makes after it.
func (s *sketch) grows(t, n int) bool {
	for k := t + 1; k < len(s.units) && k-t <= s.limits.Dip[t]; k++ {
		if s.units[k] > n {
			return true
		}
		n = s.units[k]
	}
	return false
}

// release is the step of the decrease that forbids an increase into step t, or
// -1.
func (s *sketch) release(t int) int {
	for k := t - 1; k >= 0 && t-k <= s.limits.Dip[0]+1; k-- {
		if s.units[k] < s.before(k) && t-k <= s.limits.Dip[k] {
			return k
		}
	}
	return -1
}
