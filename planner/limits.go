package planner

import (
	"math/bits"
	"slices"
	"time"

	"headroom/capacity"
)

// limits are the numbers of units that a plan may run in each step.
type limits struct {
	before   int   // units asked for before the first step
	up, down []int // largest change into step t
	lo, hi   []int // bounds of step t
	// hold[t] is for how many steps after t a decrease into step t forbids
	// every increase.
	hold []int
	// early[t]: no unit that is asked for now serves in step t yet.
	early []bool
}

// limitsOf lays the policy's limits over steps that start at start. No plan
// needs more than enough units, or than are asked for already.
func limitsOf(in Input, start time.Time, steps, enough int) limits {
	pool, ramp, step := in.Policy.Pools[0], in.Policy.Ramp, in.Forecast.Step
	l := limits{
		before: int(in.State.Units),
		up:     make([]int, steps), down: make([]int, steps),
		lo: make([]int, steps), hi: make([]int, steps),
		hold: make([]int, steps), early: make([]bool, steps),
	}
	ready := in.Now.Add(pool.LeadTime)
	lowest, highest := l.before, l.before
	for t := range steps {
		at := start.Add(time.Duration(t) * step)
		l.up[t], l.down[t] = change(ramp.Up, at, step), change(ramp.Down, at, step)
		if l.early[t] = at.Before(ready); l.early[t] {
			l.up[t] = 0
		}
		released := at
		if released.Before(in.Now) {
			released = in.Now
		}
		l.hold[t] = int(released.Add(pool.LeadTime).Sub(at) / step)

		// Whoever stands outside the bounds walks in as fast as possible, so
		// the bounds give way to what can be reached at all.
		lowest, highest = max(0, lowest-l.down[t]), min(mostUnits, highest+l.up[t])
		l.lo[t] = max(lowest, min(int(pool.Min), highest))
		l.hi[t] = min(highest, max(int(pool.Max), lowest))
		l.hi[t] = min(l.hi[t], max(l.lo[t], l.before, enough))
	}
	return l
}

// holds is the longest time, in steps of the plan, for which a decrease forbids
// an increase.
func (l limits) holds() int {
	return min(slices.Max(l.hold), len(l.hold))
}

// size is how many bytes of costs and choices the optimum of these limits
// takes: at least so many for each number of units in each step.
func (l limits) size() float64 {
	return float64(17+l.holds()) * float64(len(l.lo)) * float64(slices.Max(l.hi)-slices.Min(l.lo)+1)
}

// change is the largest change that r allows at the step starting at at.
func change(r capacity.Rate, at time.Time, step time.Duration) int {
	if !r.Limited() {
		return mostUnits
	}
	if r.Per > step {
		period := (r.Per + step - 1) / step * step
		if at.Sub(at.Truncate(period)) >= step {
			return 0
		}
		return min(mostUnits, int(r.Units))
	}
	if step/r.Per >= mostUnits {
		return mostUnits
	}
	// In 128 bits, since units times nanoseconds may be more than 64 hold.
	high, low := bits.Mul64(uint64(min(mostUnits, r.Units)), uint64(step))
	most, _ := bits.Div64(high, low, uint64(r.Per))
	return int(min(mostUnits, most))
}
