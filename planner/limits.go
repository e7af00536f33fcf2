package planner

import (
	"math"
	"slices"
	"time"

	"headroom/planner/schedule"
)

// limits are what a plan may run in each step, and why.
type limits struct {
	schedule.Limits
	early   []bool // no unit that is asked for now serves in step t yet
	first   int    // the step in which units that are asked for now begin to serve
	fixedUp []bool // an increase into step t would be asked for while a freeze denies raises
	fixed   []bool // a decrease would be asked for while a freeze denies lowering
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
			Before: int(in.States[0].Units), Changes: pool.Changes,
			Lo: part(), Hi: part(), Up: part(), Down: part(), Dip: part(), Hold: part(),
		},
		early: flags[:steps], fixedUp: flags[steps : 2*steps], fixed: flags[2*steps:],
		first: -1,
		soft:  (pool.Hold > 0 || pool.Changes > 0) && (in.States[0].Units < pool.Min || in.States[0].Units > pool.Max),
	}
	least, most := int(min(mostUnits, pool.Min)), int(min(mostUnits, pool.Max))
	lowest, highest := l.Before, l.Before
	up, down := paceOf(pool.Ramp.Up, start, step), paceOf(pool.Ramp.Down, start, step)
	now := in.Now.Sub(start)
	ready, dip, hold := in.Now.Add(pool.LeadTime).Sub(start), int(pool.LeadTime/step), int((pool.Hold-1)/step)
	for t := range steps {
		at := time.Duration(t) * step
		l.Up[t], l.Down[t] = up.next(), down.next()
		l.early[t] = at < ready && at+step <= ready
		late := time.Duration(0) // how far into the step units that are asked for now serve
		if at < ready && !l.early[t] {
			l.first, late = t, ready-at
			l.Up[t] = up.within(l.Up[t], step-late)
		}
		if freeze := in.Policy.Control.Freeze; len(freeze.Windows) > 0 {
			begins := start.Add(at)
			l.fixedUp[t] = freeze.DeniesRaise(begins.Add(late - pool.LeadTime))
			l.fixed[t] = freeze.DeniesLower(begins.Add(max(0, now-at)))
		}
		if l.early[t] || l.fixedUp[t] {
			l.Up[t] = 0
		}
		if l.fixed[t] {
			l.Down[t] = 0
		}
		if l.Dip[t] = dip; at < now { // the step runs already: a release is late
			l.Dip[t] = int(sum(now-at, pool.LeadTime) / step)
		}
		if pool.Hold > 0 {
			if l.Hold[t] = hold; at < now || late > 0 {
				l.Hold[t] = int((sum(max(now-at, late), pool.Hold) - 1) / step)
			}
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

// sum is a + b, or the longest time there is.
func sum(a, b time.Duration) time.Duration { return a + min(b, math.MaxInt64-a) }
