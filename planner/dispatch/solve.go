package dispatch

import "slices"

// What a search may take. Within them, small problems are solved for certain.
const (
	mostWhole  = 1 << 16 // combinations of numbers in a step that are all looked at
	mostLabels = 20_000  // ways to a step that a search of all combinations keeps
	mostNear   = 400_000 // ways to all steps that a search near a solution keeps
	mostTries  = 2e7     // ways that the searches near a solution look at, and again that of all combinations
	mostLarge  = 3e6     // the same if there are more than mostExact numbers of units
	nearAlike  = 12      // of them in one step with the same units
	nearWidth  = 700     // combinations near a solution
	ascent     = 3e6     // numbers of units that all rounds of the ascent look at
)

// Solve finds the cheapest units. See the package comment for how, and for when
// they are proven to be the best.
//
// It returns a [capacity.ErrBadPolicy] for a problem that is malformed and for
// budgets that cannot pay the least that was found to keep the limits, and the
// errors of [schedule.Solve] for a pool whose limits nothing keeps.
func Solve(p Problem) (Solution, error) {
	if err := p.check(); err != nil {
		return Solution{}, err
	}
	b := newLedger(p)
	least, err := b.least()
	if err != nil {
		return Solution{}, err
	}
	order := b.merit()
	best, err := b.descend(least, order)
	if err != nil {
		return Solution{}, err
	}
	if b.numbers() <= mostExact || !b.counted() {
		dearest := slices.Clone(order)
		slices.Reverse(dearest)
		if best, err = b.better(best, least, dearest); err != nil {
			return Solution{}, err
		}
	}
	d, err := b.ascend(b.margins(best), b.unrounded(best), b.rounds())
	if err != nil {
		return Solution{}, err
	}
	near, err := b.follow(least, d.mean)
	if err != nil {
		return Solution{}, err
	}
	if best, err = b.better(best, near, order); err != nil {
		return Solution{}, err
	}
	if len(b.Budgets) > 0 {
		dearest := slices.Clone(order)
		slices.Reverse(dearest)
		if best, err = b.better(best, near, dearest); err != nil {
			return Solution{}, err
		}
	}
	best, proven := b.improve(best, d.prices)
	return b.solution(best, d.bound, proven), nil
}

// better descends from other units and keeps what is best.
func (b *ledger) better(best, from [][]int, order []int) ([][]int, error) {
	other, err := b.descend(from, order)
	if err != nil {
		return nil, err
	}
	if b.worth(other).less(b.worth(best)) {
		return other, nil
	}
	return best, nil
}

// rounds is how long the ascent lasts.
func (b *ledger) rounds() int {
	return int(min(400, max(40, ascent/float64(b.numbers()))))
}

// numbers is how many numbers of units all pools have in all steps.
func (b *ledger) numbers() int {
	size := 0
	for _, pool := range b.Pools {
		for t := range b.steps {
			size += pool.Limits.Hi[t] - pool.Limits.Lo[t] + 1
		}
	}
	return size
}

// counted reports whether any pool may change only so many times.
func (b *ledger) counted() bool {
	return slices.ContainsFunc(b.Pools, func(p Pool) bool { return p.Limits.Changes > 0 })
}

// solution writes the units' worth in money.
func (b *ledger) solution(units [][]int, bound int64, proven bool) Solution {
	s := Solution{Units: units, Short: b.short(units)}
	for i, pool := range b.Pools {
		before := pool.Limits.Before
		for _, n := range units[i] {
			s.Cost += pool.Price*float64(max(0, n-pool.Paid)) + pool.Change*float64(max(n-before, before-n))
			before = n
		}
	}
	s.Cost += b.Missing * s.Short
	if proven {
		s.Bound = s.Cost
		return s
	}
	if b.grain > 0 {
		bound -= int64(b.weight * s.Short)
	}
	s.Bound = min(s.Cost, max(0, float64(bound)/b.parts))
	return s
}
