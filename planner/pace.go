package planner

import (
	"math/bits"
	"time"

	"headroom/capacity"
)

// A pace is the largest change of the number into one step after the other.
type pace struct {
	most         int
	step, period time.Duration // a change is allowed in the first step of each period
	past         time.Duration // of the period, when the next step begins
}

// paceOf is what r allows from the step that starts at start.
func paceOf(r capacity.Rate, start time.Time, step time.Duration) pace {
	p := pace{most: mostUnits, step: step, period: step}
	switch {
	case !r.Limited():
	case r.Per > step:
		p.period = (r.Per + step - 1) / step * step
		p.past = start.Sub(start.Truncate(p.period))
		p.most = int(min(mostUnits, r.Units))
	case step/r.Per < mostUnits:
		// In 128 bits, since units times nanoseconds may be more than 64 hold.
		high, low := bits.Mul64(uint64(min(mostUnits, r.Units)), uint64(step))
		most, _ := bits.Div64(high, low, uint64(r.Per))
		p.most = int(min(mostUnits, most))
	}
	return p
}

// next is the largest change into the next step.
func (p *pace) next() int {
	most := p.most
	if p.past >= p.step {
		most = 0
	}
	if p.past += p.step; p.past >= p.period {
		p.past -= p.period
	}
	return most
}

// within is how much of a change that a whole step allows is allowed in what is
// left of a step: a ramp of several periods a step counts those that are left.
func (p *pace) within(most int, left time.Duration) int {
	if p.most == mostUnits || p.period > p.step {
		return most
	}
	return int(float64(most) * left.Seconds() / p.step.Seconds())
}

// change is the largest change that r allows into the step that starts at at.
func change(r capacity.Rate, at time.Time, step time.Duration) int {
	p := paceOf(r, at, step)
	return p.next()
}
