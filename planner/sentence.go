package planner

import (
	"math"
	"strconv"
	"time"

	"headroom/capacity"
)

// sentence says why step t runs what it runs.
func (v *voice) sentence(t int) string {
	v.draft = v.draft[:0]
	v.say(t)
	if t == v.limits.first && v.units[t] > v.before(t) {
		v.words(", from ", v.clock(v.in.Now.Add(v.in.Policy.Pools[0].LeadTime)), " (requested now)")
	}
	if string(v.draft) != v.said {
		from := v.text.Len()
		v.text.Write(v.draft)
		v.said = v.text.String()[from:]
	}
	return v.said
}

// say writes the sentence of step t.
func (v *voice) say(t int) {
	pool, n, w := &v.in.Policy.Pools[0], v.units[t], v.wishes[t]
	switch v.reasons[t] {
	case capacity.ReasonPrice:
		v.demand(w)
		if v.quantile == 0 {
			v.words(", but a missing unit-hour costs no more than a unit-hour")
			return
		}
		v.words(": ").count(n).words(" at ", v.rate, ", the remaining ").figure((w.need-float64(n))*pool.UnitRate).words(v.unit, " do not justify another unit")
	case capacity.ReasonMin:
		v.words("at least ").count(n).words(" (min), the demand asks for ").number(w.units)
	case capacity.ReasonMax:
		v.words("needs ").number(w.units)
		if n > int(pool.Max) {
			v.words(", on the way down to max ").number(int(pool.Max))
			return
		}
		v.words(", held at max ").number(n).words(": ").demand(w)
	case capacity.ReasonLeadTime:
		v.words(v.late(t))
	case capacity.ReasonRampUp:
		v.ramp(t, "climbing", v.up)
	case capacity.ReasonRampDown:
		if n < w.units {
			v.words("needs ").number(w.units).words(", but could not come down again in time, at most ", v.down)
			return
		}
		v.ramp(t, "descending", v.down)
	case capacity.ReasonFreeze:
		v.wants(t).words(v.frozen(t))
	case capacity.ReasonHold:
		v.wants(t).words("a number that was changed stays for ", capacity.Brief(pool.Hold), " (hold)")
	case capacity.ReasonChanges:
		v.wants(t).words("the number may change only ", times(pool.Changes), " (changes)")
	case capacity.ReasonChange:
		v.wants(t).words("to start or stop a unit costs ", capacity.Figure(v.in.Policy.Objective.Change), ", more than it gains (change)")
	case capacity.ReasonBudget:
		b := v.in.Policy.Objective.Budget
		v.wants(t).words("more would overspend ", capacity.Figure(b.Amount), " per ", string(b.Per), " (budget)")
	case capacity.ReasonEvent:
		v.demand(w).words(" with ", strconv.Quote(v.event(t)), ": ").count(n).words(" at ", v.rate)
	case capacity.ReasonDemand, capacity.ReasonMerit, capacity.ReasonFloor:
		v.demand(w).words(": ")
		if n > w.units {
			v.count(w.units).words(" would do, ").number(n).words(" cost no more and need no change")
			return
		}
		v.count(n).words(" at ", v.rate)
	}
}

// demand writes "forecast P97.5 is 830/s".
func (v *voice) demand(w wish) *voice {
	return v.words(v.forecast).figure(w.need * v.in.Policy.Pools[0].UnitRate).words(v.unit)
}

// wants writes "needs 9, runs 7: ".
func (v *voice) wants(t int) *voice {
	return v.words("needs ").number(v.wishes[t].units).words(", runs ").number(v.units[t]).words(": ")
}

// load writes a demand: per second where the policy counts, else as a level.
func (s *sketch) load(v float64) string {
	if s.in.Policy.Demand.Aggregate == capacity.Sum {
		return capacity.Digits(v) + "/s"
	}
	return capacity.Digits(v)
}

// clock writes a time on the wall of the policy's zone, with the day if it is
// not today's.
func (s *sketch) clock(at time.Time) string {
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

// level is the quantile that the plan can read from the forecast: the risk
// level, kept inside the forecast's levels.
func (s *sketch) level() float64 {
	levels := s.in.Forecast.Levels
	return math.Min(math.Max(s.quantile, levels[0]), levels[len(levels)-1])
}
