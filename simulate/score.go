package simulate

import (
	"math"
	"time"

	"headroom/capacity"
)

// A Score is what a run did, over the ticks whose load is known; ticks without
// load count nowhere, neither as time nor as money. What a tick needs is the
// least number of units that serves its load.
type Score struct {
	Policy  string
	Setting float64

	Minutes   float64 // that count
	Violation float64 // minutes in which capacity was missing
	Share     float64 // of the minutes
	Longest   float64 // minutes of the longest stretch of missing capacity
	Unserved  float64 // share of the load that was above capacity

	EventMinutes   float64 // minutes inside the case's events
	EventViolation float64 // of these, in which capacity was missing

	Missing float64 // unit-hours that were needed and did not serve
	Spare   float64 // unit-hours that served and were not needed
	Paid    float64 // unit-hours from request to the end of draining
	Needed  float64 // unit-hours
	Cost    float64 // money: price of the unit-hours beyond those paid for anyway

	// The accuracy and the time share of elasticity (Herbst, Kounev, Reussner,
	// Elasticity in cloud computing: what it is, and what it is not, ICAC 2013),
	// relative to demand and in percent: how much is missing (ThetaU) and
	// spare (ThetaO) relative to what is needed, averaged over the ticks that
	// need anything, and the share of time in which anything is (TauU, TauO).
	ThetaU, ThetaO float64
	TauU, TauO     float64

	Actions   int // changes of the number that was asked for
	PerDay    float64
	Refused   int // actions that failed or were throttled
	Reversals int // actions against the direction of one in the 15 minutes before
	MaxStep   int // units of the largest action
}

// reversal is within how long an action against the last is one.
const reversal = 15 * time.Minute

// Score measures the run.
func (r Run) Score() Score {
	c := r.Case
	tick := c.Load.Step
	s := Score{Policy: r.Policy, Setting: r.Setting, Refused: r.Refused}
	var counted, violated, stretch, longest, event, eventViolated, under, over, needing int
	var missing, spare, paid, needed, priced, load, above float64
	inEvent := c.eventTicks()
	for i, v := range c.Load.Values[c.From:] {
		if v != v {
			// Nobody knows whether a stretch of missing capacity went on.
			stretch = 0
			continue
		}
		counted++
		need, serve := float64(capacity.UnitsFor(v, c.Pool.UnitRate)), float64(r.Ready[i])
		short := serve < need
		if inEvent != nil && inEvent[i] {
			event++
			if short {
				eventViolated++
			}
		}
		load += v
		needed += need
		if need > 0 {
			needing++
		}
		if short {
			violated++
			stretch++
			longest = max(longest, stretch)
			under++
			missing += need - serve
			above += v - serve*c.Pool.UnitRate
			s.ThetaU += (need - serve) / need
		} else {
			stretch = 0
			if serve > need {
				over++
				spare += serve - need
				if need > 0 {
					s.ThetaO += (serve - need) / need
				}
			}
		}
		paid += float64(r.Paid[i])
		priced += float64(max(0, int(r.Paid[i])-int(c.Pool.Paid)))
	}
	minute, hour := tick.Minutes(), tick.Hours()
	s.Minutes, s.Violation, s.Longest = float64(counted)*minute, float64(violated)*minute, float64(longest)*minute
	s.EventMinutes, s.EventViolation = float64(event)*minute, float64(eventViolated)*minute
	s.Missing, s.Spare, s.Paid, s.Needed = missing*hour, spare*hour, paid*hour, needed*hour
	s.Cost = priced * hour * c.Pool.Price
	s.Share, s.Unserved = ratio(float64(violated), float64(counted)), ratio(above, load)
	s.ThetaU, s.ThetaO = 100*ratio(s.ThetaU, float64(needing)), 100*ratio(s.ThetaO, float64(needing))
	s.TauU, s.TauO = 100*ratio(float64(under), float64(counted)), 100*ratio(float64(over), float64(counted))
	s.PerDay = ratio(float64(len(r.Changes)), float64(len(r.Asked))*hour/24)
	r.countActions(&s)
	return s
}

func (r Run) countActions(s *Score) {
	s.Actions = len(r.Changes)
	within := ticks(reversal, r.Case.Load.Step)
	lastUp, lastDown := math.MinInt32, math.MinInt32
	for _, c := range r.Changes {
		step := int(c.To - c.From)
		against := lastDown
		if step > 0 {
			lastUp = c.Tick
		} else {
			against, lastDown, step = lastUp, c.Tick, -step
		}
		s.MaxStep = max(s.MaxStep, step)
		if c.Tick-against <= within {
			s.Reversals++
		}
	}
}

// eventTicks marks the simulated ticks that begin inside an event.
func (c Case) eventTicks() []bool {
	if len(c.Events) == 0 {
		return nil
	}
	marks := make([]bool, c.Load.Len()-c.From)
	for i := range marks {
		at := c.Load.At(c.From + i)
		for _, w := range c.Events {
			marks[i] = marks[i] || w.Holds(at)
		}
	}
	return marks
}

// ratio is a/b, and zero of nothing.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
