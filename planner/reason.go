package planner

import "headroom/capacity"

// reason is the rule that keeps step t from the number that the demand alone
// would give it. The costs are convex, so if no rule kept it, one unit towards
// that number would pay: the rule is what forbids that one unit.
func (s *sketch) reason(t int) capacity.Reason {
	switch n, want := s.units[t], s.wishes[t].units; {
	case n > want:
		return s.fewer(t)
	case n < want:
		return s.more(t)
	case float64(n) < s.wishes[t].need && n < whole(s.wishes[t].need):
		return capacity.ReasonPrice
	case s.event(t) != "":
		return capacity.ReasonEvent
	default:
		return capacity.ReasonDemand
	}
}

// fewer is what forbids one unit less in step t.
func (s *sketch) fewer(t int) capacity.Reason {
	l, n := &s.limits, s.units[t]-1
	before, least := s.before(t), int(s.in.Policy.Pools[0].Min)
	switch {
	case n < least && (n < l.Lo[t] || l.soft):
		if s.units[t] < least {
			return s.slow(t)
		}
		return capacity.ReasonMin
	case n < l.Lo[t], before-n > l.Down[t]:
		return s.steep(t)
	case n < before && s.grows(t, n):
		return capacity.ReasonLeadTime
	case t+1 < len(s.units) && s.units[t+1]-n > l.Up[t+1]:
		return s.slow(t + 1)
	default:
		return s.costly(t, n, capacity.ReasonDemand) // as cheap, with fewer changes
	}
}

// more is what forbids one unit more in step t.
func (s *sketch) more(t int) capacity.Reason {
	l, n, last := &s.limits, s.units[t]+1, len(s.units)-1
	before := s.before(t)
	switch {
	case n > int(s.in.Policy.Pools[0].Max):
		return capacity.ReasonMax
	case n > l.Hi[t], n-before > l.Up[t]:
		return s.slow(t)
	case n > before && s.release(t) >= 0:
		return capacity.ReasonLeadTime
	case t < last && n-s.units[t+1] > l.Down[t+1]:
		return s.steep(t + 1)
	case t < last && n > s.units[t+1] && s.grows(t+1, s.units[t+1]):
		return capacity.ReasonLeadTime
	case s.spentUp(t):
		return capacity.ReasonBudget
	default:
		return s.costly(t, n, capacity.ReasonPrice)
	}
}

// costly is what forbids n units in step t when the bounds, ramps and the lead
// time allow them: a hold, the number of changes, or what changes cost. If none
// of them does, it is otherwise.
func (s *sketch) costly(t, n int, otherwise capacity.Reason) capacity.Reason {
	into := n != s.before(t) && s.units[t] == s.before(t)
	after := t+1 < len(s.units) && n != s.units[t+1] && s.units[t] == s.units[t+1]
	pool := &s.in.Policy.Pools[0]
	switch {
	case into && s.held(t), after && s.held(t+1):
		return capacity.ReasonHold
	case pool.Changes > 0 && (into || after) && s.changed >= pool.Changes:
		return capacity.ReasonChanges
	case s.tariff.change > 0:
		return capacity.ReasonChange
	case pool.Hold > 0:
		return capacity.ReasonHold
	case pool.Changes > 0:
		return capacity.ReasonChanges
	}
	return otherwise
}

// slow is why the number cannot rise further into step t.
func (s *sketch) slow(t int) capacity.Reason {
	switch {
	case s.limits.early[t]:
		return capacity.ReasonLeadTime
	case s.limits.fixedUp[t]:
		return capacity.ReasonFreeze
	case s.limits.soft && s.held(t):
		return capacity.ReasonHold
	}
	return capacity.ReasonRampUp
}

// steep is why the number cannot fall further into step t.
func (s *sketch) steep(t int) capacity.Reason {
	if s.limits.fixed[t] {
		return capacity.ReasonFreeze
	}
	return capacity.ReasonRampDown
}
