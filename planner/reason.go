package planner

import (
	"math"

	"headroom/capacity"
)

// reason is the rule that keeps step t from the number that the demand alone
// would give it. The costs are convex, so if no rule kept it, one unit towards
// that number would pay: the rule is what forbids that one unit.
func (s sketch) reason(t int) capacity.Reason {
	switch n, want := s.units[t], s.wishes[t].units; {
	case n > want:
		return s.fewer(t)
	case n < want:
		return s.more(t)
	case float64(n) < s.wishes[t].need && n < whole(s.wishes[t].need):
		return capacity.ReasonPrice
	default:
		return capacity.ReasonDemand
	}
}

// fewer is what forbids one unit less in step t.
func (s sketch) fewer(t int) capacity.Reason {
	l, n := s.limits, s.units[t]-1
	before := s.before(t)
	switch {
	case n < l.lo[t] && n < int(s.in.Policy.Pools[0].Min):
		if s.units[t] < int(s.in.Policy.Pools[0].Min) {
			return s.slow(t)
		}
		return capacity.ReasonMin
	case n < l.lo[t], before-n > l.down[t]:
		return capacity.ReasonRampDown
	case n < before && s.grows(t, n):
		return capacity.ReasonLeadTime
	case t+1 < len(s.units) && s.units[t+1]-n > l.up[t+1]:
		return s.slow(t + 1)
	default:
		return capacity.ReasonDemand // as cheap, with fewer changes
	}
}

// more is what forbids one unit more in step t.
func (s sketch) more(t int) capacity.Reason {
	l, n, last := s.limits, s.units[t]+1, len(s.units)-1
	before := s.before(t)
	switch {
	case n > int(s.in.Policy.Pools[0].Max):
		return capacity.ReasonMax
	case n > l.hi[t], n-before > l.up[t]:
		return s.slow(t)
	case n > before && s.release(t) >= 0:
		return capacity.ReasonLeadTime
	case t < last && n-s.units[t+1] > l.down[t+1]:
		return capacity.ReasonRampDown
	case t < last && n > s.units[t+1] && s.grows(t+1, s.units[t+1]):
		return capacity.ReasonLeadTime
	default:
		return capacity.ReasonPrice
	}
}

// before is the number that step t changes from.
func (s sketch) before(t int) int {
	if t == 0 {
		return s.limits.before
	}
	return s.units[t-1]
}

// slow is why the number cannot rise further into step t.
func (s sketch) slow(t int) capacity.Reason {
	if s.limits.early[t] {
		return capacity.ReasonLeadTime
	}
	return capacity.ReasonRampUp
}

// grows reports whether a decrease to n in step t would forbid an increase that
// the plan makes after it.
func (s sketch) grows(t, n int) bool {
	for k := t + 1; k < len(s.units) && k-t <= s.limits.hold[t]; k++ {
		if s.units[k] > n {
			return true
		}
		n = s.units[k]
	}
	return false
}

// release is the step of the decrease that forbids an increase into step t, or
// -1.
func (s sketch) release(t int) int {
	for k := t - 1; k >= 0 && t-k <= s.limits.hold[0]+1; k-- {
		if s.units[k] < s.before(k) && t-k <= s.limits.hold[k] {
			return k
		}
	}
	return -1
}

// level is the quantile that the plan can read from the forecast: the risk
// level, kept inside the forecast's levels.
func (s sketch) level() float64 {
	levels := s.in.Forecast.Levels
	return math.Min(math.Max(s.quantile, levels[0]), levels[len(levels)-1])
}
