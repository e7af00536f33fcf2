package dispatch

import (
	"fmt"
	"slices"

	"headroom/capacity"
)

// Most load, money, steps and units of a problem: beyond any fleet, and small enough that
// no sum overflows.
const (
	mostLoad  = 1e15
	mostMoney = 1e15
	mostSteps = 1 << 14
	mostUnits = 1e7
)

// mostNumbers is how many numbers of units all pools may have in all steps: what
// a few hundred megabytes hold.
const mostNumbers = 1 << 24

// check refuses what is no problem at all. What each pool may do is checked
// where it is planned.
func (p Problem) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("dispatch: %s: %w", fmt.Sprintf(format, args...), capacity.ErrBadPolicy)
	}
	steps := len(p.Loads)
	switch {
	case len(p.Pools) == 0:
		return bad("there is no pool: give at least one")
	case steps == 0 || steps > mostSteps:
		return bad("there are %d steps: give from 1 to %d", steps, mostSteps)
	case !(p.Missing >= 0 && p.Missing <= mostMoney):
		return bad("missing load costs %v: give money from 0 to %g", p.Missing, mostMoney)
	}
	for t, l := range p.Loads {
		if !l.valid() {
			return bad("load of step %d is no distribution: levels within 0 and 1 and points from 0 to %g must be equally many and ascend", t, mostLoad)
		}
	}
	numbers := 0
	for i, pool := range p.Pools {
		l := pool.Limits
		switch {
		case !(pool.Rate > 0 && pool.Rate <= mostLoad):
			return bad("pool %d: one unit serves %v: give a load above 0", i, pool.Rate)
		case !(pool.Price >= 0 && pool.Price <= mostMoney && pool.Change >= 0 && pool.Change <= mostMoney):
			return bad("pool %d: a unit costs %v and a change %v: give money from 0 to %g", i, pool.Price, pool.Change, mostMoney)
		case !(pool.Lost >= 0 && pool.Lost < 1):
			return bad("pool %d is lost with chance %v: give a share of at least 0 and below 1", i, pool.Lost)
		case l.Before < 0 || l.Before > mostUnits:
			return bad("pool %d starts from %d units: give 0 to %d", i, l.Before, int(mostUnits))
		case len(l.Budgets) > 0:
			return bad("pool %d has a budget of its own: give budgets to the problem", i)
		case len(l.Lo) != steps || len(l.Hi) != steps || len(l.Up) != steps || len(l.Down) != steps || len(l.Dip) != steps || len(l.Hold) != steps:
			return bad("pool %d: every limit needs one entry for each of %d steps", i, steps)
		}
		for t := range steps {
			if l.Lo[t] < 0 || l.Lo[t] > l.Hi[t] || l.Hi[t] > mostUnits {
				return bad("pool %d: step %d has the bounds %d to %d: they must be 0 ≤ low ≤ high ≤ %d", i, t, l.Lo[t], l.Hi[t], int(mostUnits))
			}
			numbers += l.Hi[t] - l.Lo[t] + 1
		}
		if numbers > mostNumbers {
			return bad("%d steps of up to %d units of pool %d are too many: plan fewer steps, or bundles of units", steps, slices.Max(l.Hi), i)
		}
	}
	taken := make([]bool, steps)
	for i, budget := range p.Budgets {
		if budget.From < 0 || budget.To > steps || budget.From >= budget.To || !(budget.Most >= 0) {
			return bad("budget %d allows %v in steps %d to %d: give money from 0 on and steps within 0 to %d", i, budget.Most, budget.From, budget.To, steps)
		}
		for t := budget.From; t < budget.To; t++ {
			if taken[t] {
				return bad("budget %d shares step %d with another: leave one of them", i, t)
			}
			taken[t] = true
		}
	}
	return nil
}
