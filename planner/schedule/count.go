package schedule

import (
	"fmt"
	"slices"
)

// count solves a problem in which the number of changes alone binds; many is
// the answer without that limit. With a toll on each change, the relaxed problem
// gives the lower convex hull of the least cost over the number of changes. The
// toll at which the hull passes the limit is that of the line through two of its
// points, one on each side, that has no point below (Handler and Zang, "A dual
// algorithm for the constrained shortest path problem", Networks 10, 1980).
// Where the hull has no point at the limit itself, layers find what lies in
// between.
func (p *problem) count(r *room, many []int) (units []int, gap int64, err error) {
	over, under := p.answerOf(many), p.fewest(r)
	if least := under.value.changes(); least > p.Changes {
		return nil, 0, fmt.Errorf("schedule: no sequence from %d units keeps %d changes together with the other limits: allow %d: %w", p.Before, p.Changes, least, ErrInfeasible)
	}
	highest := mostTolls / int64(len(p.lo)+1)
	for {
		toll := (under.value.cost - over.value.cost) / int64(over.value.changes()-under.value.changes())
		b := newTable(p, tolls{turn: min(highest, max(0, toll))}, r)
		total := b.total()
		at := p.answerOf(b.walk(total))
		switch changes := at.value.changes(); {
		case changes == p.Changes:
			return at.units, 0, nil
		case changes > p.Changes && changes < over.value.changes():
			over = at
		case changes < p.Changes && at.value.less(under.value):
			under = at
		default:
			units, gap = p.layered(b, total.cost-b.tolls.turn*int64(p.Changes), under)
			return units, gap, nil
		}
	}
}

// fewest is a sequence with the fewest changes.
func (p *problem) fewest(r *room) answer {
	q := *p
	q.Lo, q.change, q.costs = p.lo, 0, make([][]int64, len(p.lo))
	nothing := make([]int64, slices.Max(p.hi)+1)
	for t := range q.costs {
		q.costs[t] = nothing[:p.hi[t]-p.lo[t]+1]
	}
	b := newTable(&q, tolls{turn: 1}, r)
	return p.answerOf(b.walk(b.total()))
}
