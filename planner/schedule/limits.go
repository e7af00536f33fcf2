package schedule

import (
	"errors"
	"fmt"
)

// ErrInfeasible says that no sequence keeps all limits: widen those that the
// text names.
var ErrInfeasible = errors.New("no such sequence")

// Limits are what a sequence of units may do. The slices, Budgets apart, have
// one entry per step.
type Limits struct {
	Before int   // units asked for before the first step
	Lo, Hi []int // bounds
	// Up and Down are the largest change into step t. Both 0: frozen; Up 0: too
	// early for a new unit to serve.
	Up, Down []int
	// Dip is for how many steps after t a decrease into t forbids every
	// increase. No decrease may forbid for longer than a later one does: t+Dip[t]
	// never falls.
	Dip     []int
	Hold    []int    // for how many steps after t a change into t forbids every further change
	Changes int      // most changes in all; 0: no limit
	Budgets []Budget // in order of time, none overlaps another
}

// A Budget limits what a part of the sequence may take: the sum over the steps
// [From, To) of max(0, units - Paid) is at most Most.
type Budget struct {
	From, To int
	Paid     int
	Most     int64
}

// check refuses limits that are no problem at all.
func (l Limits) check(costs [][]int64, change int64) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("schedule: %s", fmt.Sprintf(format, args...))
	}
	steps := len(l.Lo)
	for _, s := range [][]int{l.Hi, l.Up, l.Down, l.Dip, l.Hold} {
		if len(s) != steps || len(costs) != steps || steps == 0 {
			return bad("every limit and the costs need one entry for each step, and at least one step")
		}
	}
	if change < 0 || l.Changes < 0 {
		return bad("a change costs %d and there may be %d: neither can be negative", change, l.Changes)
	}
	for t := range steps {
		switch {
		case l.Lo[t] < 0 || l.Lo[t] > l.Hi[t]:
			return bad("step %d has the bounds %d to %d: raise the upper one or lower the other", t, l.Lo[t], l.Hi[t])
		case len(costs[t]) != l.Hi[t]-l.Lo[t]+1:
			return bad("step %d has %d costs for the bounds %d to %d: give one for each number of units", t, len(costs[t]), l.Lo[t], l.Hi[t])
		case min(l.Up[t], l.Down[t], l.Dip[t], l.Hold[t]) < 0:
			return bad("step %d has a negative limit", t)
		case t > 0 && l.Dip[t] < l.Dip[t-1]-1:
			return bad("step %d: its decreases forbid increases for %d steps, those of the step before for %d: give at least one less", t, l.Dip[t], l.Dip[t-1])
		}
	}
	end := 0
	for i, b := range l.Budgets {
		if b.From < end || b.To <= b.From || b.To > steps {
			return bad("budget %d covers steps %d to %d: budgets follow each other and end by step %d", i, b.From, b.To, steps)
		}
		end = b.To
	}
	return nil
}
