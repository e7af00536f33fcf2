package planner

import (
	"math/bits"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner/schedule"
)

// limits are what a plan may run in each step, and why.
type limits struct {
	schedule.Limits
	early   []bool // no unit that is asked for now serves in step t yet
	fixedUp []bool // an increase into step t would be asked for in a freeze
	fixed   []bool // a decrease would
	soft    bool   // the bounds are a wish, since the target stands outside them
}

// limitsOf lays the policy's limits over steps that start at start, budgets
// apart. No plan needs more than enough units, or than are asked for already.
func limitsOf(in Input, start time.Time, steps, enough int) limits {
	pool, step := in.Policy.Pools[0], in.Forecast.Step
	flat := make([]int, 6*steps)
	part := func() []int {
		p := flat[:steps:steps]
		flat = flat[steps:]
		return p
	}
	flags := make([]bool, 3*steps)
	l := limits{
		Limits: schedule.Limits{
			Before: int(in.State.Units), Changes: pool.Changes,
			Lo: part(), Hi: part(), Up: part(), Down: part(), Dip: part(), Hold: part(),
		},
		early: flags[:steps], fixedUp: flags[steps : 2*steps], fixed: flags[2*steps:],
		soft: (pool.Hold > 0 || pool.Changes > 0) && (in.State.Units < pool.Min || in.State.Units > pool.Max),
	}
	ready := in.Now.Add(pool.LeadTime)
	least, most := int(min(mostUnits, pool.Min)), int(min(mostUnits, pool.Max))
	lowest, highest := l.Before, l.Before
	for t := range steps {
		at := start.Add(time.Duration(t) * step)
		released := at
		if released.Before(in.Now) {
			released = in.Now
		}
		l.Up[t], l.Down[t] = change(pool.Ramp.Up, at, step), change(pool.Ramp.Down, at, step)
		l.early[t] = at.Before(ready)
		l.fixedUp[t], l.fixed[t] = frozen(in.Policy.Control.Freeze, at.Add(-pool.LeadTime)), frozen(in.Policy.Control.Freeze, released)
		if l.early[t] || l.fixedUp[t] {
			l.Up[t] = 0
		}
		if l.fixed[t] {
			l.Down[t] = 0
		}
		l.Dip[t] = int(released.Add(pool.LeadTime).Sub(at) / step)
		if pool.Hold > 0 {
			l.Hold[t] = int((released.Add(pool.Hold).Sub(at) - 1) / step)
		}

		// Whoever stands outside the bounds walks in as fast as possible, so
		// the bounds give way to what can be reached at all. If changes are
		// held or counted, how fast that is depends on the plan: then the way
		// in is a matter of cost.
		lowest, highest = max(0, lowest-l.Down[t]), min(mostUnits, highest+l.Up[t])
		l.Lo[t] = max(lowest, min(least, highest))
		l.Hi[t] = min(highest, max(most, lowest))
		if l.soft {
			l.Lo[t], l.Hi[t] = max(lowest, min(least, l.Before)), min(highest, max(most, l.Before))
		}
		l.Hi[t] = min(l.Hi[t], max(l.Lo[t], l.Before, least, enough))
	}
	return l
}

// frozen reports whether nothing may be asked for at a time.
func frozen(windows []capacity.Window, at time.Time) bool {
	return slices.ContainsFunc(windows, func(w capacity.Window) bool { return w.Holds(at) })
}

// size is how many bytes of costs and values the search within these limits
// takes.
func (l limits) size() float64 {
	cells := 0.0
	for t := range l.Lo {
		cells += float64(l.Hi[t] - l.Lo[t] + 1)
	}
	states := 1 + min(slices.Max(l.Dip), len(l.Dip))
	return cells * float64(20+16*states)
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
