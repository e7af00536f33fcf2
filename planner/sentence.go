package planner

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// sentence says why step t runs what it runs, with the numbers, in the words of
// an operator who was woken up by it.
func (s sketch) sentence(t int, reasons []capacity.Reason) string {
	pool, n, w := s.in.Policy.Pools[0], s.units[t], s.wishes[t]
	demand := s.load(w.need * pool.UnitRate)
	forecast := fmt.Sprintf("forecast %s is %s", capacity.Percentile(s.level()), demand)
	switch reasons[t] {
	case capacity.ReasonPrice:
		if s.quantile == 0 {
			return fmt.Sprintf("%s, but a missing unit-hour costs no more than a unit-hour", forecast)
		}
		beyond := s.load((w.need - float64(n)) * pool.UnitRate)
		return fmt.Sprintf("%s: %s at %s, the %s beyond do not pay for one more", forecast, count(n), s.load(pool.UnitRate), beyond)
	case capacity.ReasonMin:
		return fmt.Sprintf("at least %s (min), the demand asks for %d", count(n), w.units)
	case capacity.ReasonMax:
		if n > int(pool.Max) {
			return fmt.Sprintf("wants %d, on the way down to max %d", w.units, pool.Max)
		}
		return fmt.Sprintf("wants %d, held at max %d: %s", w.units, n, forecast)
	case capacity.ReasonLeadTime:
		return s.lateSentence(t)
	case capacity.ReasonRampUp:
		return s.rampSentence(t, reasons, "climbing", s.in.Policy.Ramp.Up)
	case capacity.ReasonRampDown:
		if n < w.units {
			return fmt.Sprintf("wants %d, but could not come down again in time, at most %s", w.units, rate(s.in.Policy.Ramp.Down))
		}
		return s.rampSentence(t, reasons, "descending", s.in.Policy.Ramp.Down)
	case capacity.ReasonDemand:
	}
	if n > w.units {
		return fmt.Sprintf("%s: %s would do, %d cost no more and need no change", forecast, count(w.units), n)
	}
	return fmt.Sprintf("%s: %s at %s", forecast, count(n), s.load(pool.UnitRate))
}

// lateSentence explains a number that the lead time decides.
func (s sketch) lateSentence(t int) string {
	n, want, lead := s.units[t], s.wishes[t].units, capacity.Brief(s.in.Policy.Pools[0].LeadTime)
	ready := s.in.Now.Add(s.in.Policy.Pools[0].LeadTime)
	switch k := s.release(t); {
	case n > want:
		return fmt.Sprintf("wants %d, stays at %d: a unit released now would be needed again before it could be back (lead time %s)", want, n, lead)
	case s.limits.early[t]:
		return fmt.Sprintf("wants %d, has %d: first new unit can serve from %s (lead time %s)", want, n, s.clock(ready), lead)
	case k >= 0:
		return fmt.Sprintf("wants %d, has %d: what was released at %s cannot be back yet (lead time %s)", want, n, s.clock(s.at(k)), lead)
	default:
		return fmt.Sprintf("wants %d, has %d: more would have to be released and could not be back in time (lead time %s)", want, n, lead)
	}
}

// rampSentence explains a number on the way to another: the furthest that is
// reached before another reason takes over.
func (s sketch) rampSentence(t int, reasons []capacity.Reason, verb string, r capacity.Rate) string {
	goal := t
	for k := t + 1; k < len(reasons); k++ {
		further := s.units[k] - s.units[goal]
		if reasons[t] == capacity.ReasonRampDown {
			further = -further
		}
		if further > 0 {
			goal = k
		}
		if reasons[k] != reasons[t] {
			break
		}
	}
	if goal == t {
		return fmt.Sprintf("wants %d, runs %d: the number may change by at most %s", s.wishes[t].units, s.units[t], rate(r))
	}
	return fmt.Sprintf("%s towards %d by %s, at most %s (wants %d now)", verb, s.units[goal], s.clock(s.at(goal)), rate(r), s.wishes[t].units)
}

// load writes a demand: per second where the policy counts, else as a level.
func (s sketch) load(v float64) string {
	if s.in.Policy.Demand.Aggregate == capacity.Sum {
		return capacity.Figure(v) + "/s"
	}
	return capacity.Figure(v)
}

// clock writes a time on the wall of the policy's zone, with the day if it is
// not today's.
func (s sketch) clock(at time.Time) string {
	at, now := at.In(s.zone), s.in.Now.In(s.zone)
	layout := "15:04"
	if at.Second() != 0 {
		layout = "15:04:05"
	}
	if at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		layout = "Mon 2 Jan " + layout
	}
	return at.Format(layout)
}
