package planner

import (
	"fmt"

	"headroom/capacity"
)

// late explains a number that the lead time decides.
func (v *voice) late(t int) string {
	n, want, lead := v.units[t], v.wishes[t].units, capacity.Brief(v.in.Policy.Pools[0].LeadTime)
	ready := v.in.Now.Add(v.in.Policy.Pools[0].LeadTime)
	switch k := v.release(t); {
	case n > want:
		return fmt.Sprintf("needs %d, stays at %d: a unit released now would be needed again before it could be back (lead time %s)", want, n, lead)
	case v.limits.early[t]:
		return fmt.Sprintf("needs %d, current %d: first new unit can serve from %s (lead time %s)", want, n, v.clock(ready), lead)
	case k >= 0:
		return fmt.Sprintf("needs %d, current %d: what was released at %s cannot be back yet (lead time %s)", want, n, v.clock(v.at(k)), lead)
	default:
		return fmt.Sprintf("needs %d, current %d: more would have to be released and could not be back in time (lead time %s)", want, n, lead)
	}
}

// frozen explains a number that a freeze decides: of this step, or of the next.
func (v *voice) frozen(t int) string {
	n, want := v.units[t], v.wishes[t].units
	for _, k := range []int{t, t + 1} {
		if k >= len(v.units) {
			break
		}
		// Too many: the way down is frozen here, or the way up after it.
		up := (n < want) == (k == t)
		if up && v.limits.fixedUp[k] || !up && v.limits.fixed[k] {
			w := v.freeze(k, up)
			return fmt.Sprintf("the policy denies %s from %s to %s (freeze)", v.in.Policy.Control.Freeze.Deny.Text(), v.clock(w.From), v.clock(w.To))
		}
	}
	return fmt.Sprintf("the policy denies %s at that time (freeze)", v.in.Policy.Control.Freeze.Deny.Text())
}

// ramp explains a number on the way to another: the furthest that is reached
// before another reason takes over.
func (v *voice) ramp(t int, verb, most string) {
	goal := v.goal(t)
	if goal == t {
		v.wants(t).words("the number may change by at most ", most)
		return
	}
	v.words(verb, " towards ").number(v.units[goal]).words(" by ", v.start(goal), ", at most ", most)
	v.words(" (needs ").number(v.wishes[t].units).words(" now)")
}

// goal is the step with the furthest number on the way that step t is on, or t.
// What the step before is on its way to, this one is too, if it is yet to come.
func (v *voice) goal(t int) int {
	if t > 0 && v.last > t && v.reasons[t-1] == v.reasons[t] {
		return v.last
	}
	goal := t
	for k := t + 1; k < len(v.reasons); k++ {
		further := v.units[k] - v.units[goal]
		if v.reasons[t] == capacity.ReasonRampDown {
			further = -further
		}
		if further > 0 {
			goal = k
		}
		if v.reasons[k] != v.reasons[t] {
			break
		}
	}
	v.last = goal
	return goal
}
