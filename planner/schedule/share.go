package schedule

import (
	"fmt"
	"slices"
)

// share solves a problem whose shared limits, the budgets and the number of
// changes, bind.
func (p *problem) share(r *room) (units []int, gap int64, err error) {
	best := p.frugal(r)
	found := p.bargain(r, &best)
	if found.exact {
		return best.units, 0, nil
	}
	p.shrink(found, best, r)
	other := new(room)
	left := p.thrift(other)
	for _, shift := range leanings {
		k := lean(found.tolls, shift)
		s := search{table: newTable(p, k, r), left: left, slack: p.slack(k)}
		s.run(&best, beam)
	}
	p.shrink(found, best, r)
	s := search{table: newTable(p, found.tolls, r), left: p.thrift(other), slack: p.slack(found.tolls)}
	exact := s.run(&best, 0)
	switch {
	case best.units == nil && exact:
		return nil, 0, fmt.Errorf("schedule: no sequence from %d units keeps %d changes and %d budgets together with the other limits: raise them: %w", p.Before, p.Changes, len(p.Budgets), ErrInfeasible)
	case best.units == nil:
		return nil, 0, fmt.Errorf("schedule: found no sequence from %d units that keeps %d changes and %d budgets: raise them, or make the problem smaller: %w", p.Before, p.Changes, len(p.Budgets), ErrInfeasible)
	case exact:
		return best.units, 0, nil
	}
	return best.units, max(0, best.value.cost-found.bound), nil
}

// shrink narrows the band to what a better sequence than best may run.
func (p *problem) shrink(found deal, best answer, r *room) {
	if best.units == nil {
		return
	}
	b := newTable(p, found.tolls, r)
	q := p.within(b, p.past(found.tolls, r), best.value.cost+p.slack(found.tolls))
	p.lo, p.hi = q.lo, q.hi
}

// leanings are by which part the tolls are lowered, as a power of two. A toll
// that is right to the bit makes many beginnings of sequences look alike; one
// that leans to spending tells them apart.
var leanings = []int{9, 6, 5, 4}

func lean(k tolls, shift int) tolls {
	k = tolls{units: slices.Clone(k.units), turn: k.turn - k.turn>>shift}
	for i, toll := range k.units {
		k.units[i] = toll - toll>>shift
	}
	return k
}
