package planner

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"headroom/capacity"
)

// A voice says why each step of a plan runs what it runs, with the numbers, in
// the words of an operator who was woken up by it. It keeps the parts that most
// sentences share.
type voice struct {
	*sketch
	reasons  []capacity.Reason
	forecast string         // "forecast P97.5 is "
	rate     string         // "120/s", what a unit serves
	counts   map[int]string // "7 units"
	up, down string         // "2 per 10m"
	clocks   map[int]string // when a step begins
	last     int            // the goal of the last step on a ramp
}

func (s *sketch) voice(reasons []capacity.Reason) *voice {
	return &voice{
		sketch: s, reasons: reasons,
		forecast: "forecast " + capacity.Percentile(s.level()) + " is ",
		rate:     s.load(s.in.Policy.Pools[0].UnitRate),
		counts:   map[int]string{},
		up:       rate(s.in.Policy.Pools[0].Ramp.Up),
		down:     rate(s.in.Policy.Pools[0].Ramp.Down),
		clocks:   map[int]string{},
	}
}

// sentence says why step t runs what it runs.
func (v *voice) sentence(t int) string {
	pool, n, w := &v.in.Policy.Pools[0], v.units[t], v.wishes[t]
	forecast := v.forecast + v.load(w.need*pool.UnitRate)
	switch v.reasons[t] {
	case capacity.ReasonPrice:
		if v.quantile == 0 {
			return forecast + ", but a missing unit-hour costs no more than a unit-hour"
		}
		return forecast + ": " + v.count(n) + " at " + v.rate + ", the " + v.load((w.need-float64(n))*pool.UnitRate) + " beyond do not pay for one more"
	case capacity.ReasonMin:
		return "at least " + v.count(n) + " (min), the demand asks for " + strconv.Itoa(w.units)
	case capacity.ReasonMax:
		if n > int(pool.Max) {
			return fmt.Sprintf("wants %d, on the way down to max %d", w.units, pool.Max)
		}
		return "wants " + strconv.Itoa(w.units) + ", held at max " + strconv.Itoa(n) + ": " + forecast
	case capacity.ReasonLeadTime:
		return v.late(t)
	case capacity.ReasonRampUp:
		return v.ramp(t, "climbing", v.up)
	case capacity.ReasonRampDown:
		if n < w.units {
			return fmt.Sprintf("wants %d, but could not come down again in time, at most %s", w.units, v.down)
		}
		return v.ramp(t, "descending", v.down)
	case capacity.ReasonFreeze:
		return v.wants(t) + v.frozen(t)
	case capacity.ReasonHold:
		return v.wants(t) + "a number that was changed stays for " + capacity.Brief(pool.Hold) + " (hold)"
	case capacity.ReasonChanges:
		return v.wants(t) + "the number may change only " + times(pool.Changes) + " (changes)"
	case capacity.ReasonChange:
		return v.wants(t) + "to start or stop a unit costs " + capacity.Figure(v.in.Policy.Objective.Change) + ", more than it gains (change)"
	case capacity.ReasonBudget:
		b := v.in.Policy.Objective.Budget
		return v.wants(t) + "more would overspend " + capacity.Figure(b.Amount) + " per " + string(b.Per) + " (budget)"
	case capacity.ReasonEvent:
		return forecast + " with " + strconv.Quote(v.event(t)) + ": " + v.count(n) + " at " + v.rate
	case capacity.ReasonDemand, capacity.ReasonMerit, capacity.ReasonFloor:
	}
	if n > w.units {
		return forecast + ": " + v.count(w.units) + " would do, " + strconv.Itoa(n) + " cost no more and need no change"
	}
	return forecast + ": " + v.count(n) + " at " + v.rate
}

// wants writes "wants 9, runs 7: ".
func (v *voice) wants(t int) string {
	return "wants " + strconv.Itoa(v.wishes[t].units) + ", runs " + strconv.Itoa(v.units[t]) + ": "
}

// count writes "7 units".
func (v *voice) count(n int) string {
	text, ok := v.counts[n]
	if !ok {
		text = count(n)
		v.counts[n] = text
	}
	return text
}

// start writes when a step begins.
func (v *voice) start(t int) string {
	text, ok := v.clocks[t]
	if !ok {
		text = v.clock(v.at(t))
		v.clocks[t] = text
	}
	return text
}

// load writes a demand: per second where the policy counts, else as a level.
func (s *sketch) load(v float64) string {
	if s.in.Policy.Demand.Aggregate == capacity.Sum {
		return capacity.Figure(v) + "/s"
	}
	return capacity.Figure(v)
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
