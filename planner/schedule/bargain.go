package schedule

import (
	"cmp"
	"slices"
)

const (
	rounds    = 80      // of a bargain, at most
	precision = 14      // bits to which a toll is found
	tilt      = 6       // by which part, as a power of two, tilted tolls rise over a budget
	mostTolls = 1 << 59 // that any sequence can pay
)

// A deal is what a bargain ended with.
type deal struct {
	tolls tolls
	bound int64 // no sequence is cheaper
	exact bool  // the cheapest sequence was met on the way
}

// bargain looks for the tolls under which the relaxed problem says most:
// Lagrangian relaxation (Fisher, "The Lagrangian Relaxation Method for Solving
// Integer Programming Problems", Management Science 27, 1981). Sequences on the
// way that keep all limits are offered to best. Where many steps lose the same
// by a unit less, the sequences at a toll take far too much, or far too little:
// a second bargain, for best alone, tilts the tolls to tell the steps apart.
func (p *problem) bargain(r *room, best *answer) deal {
	found := deal{bound: -1 << 62}
	first := slices.Repeat([]int64{max(1, p.steepest()/4)}, len(p.Budgets)+1)
	if p.haggle(r, tolls{units: make([]int64, len(p.Budgets))}, first, best, &found); found.exact {
		return found
	}
	next := tolls{units: slices.Clone(found.tolls.units), turn: found.tolls.turn, tilted: true}
	for i := range first {
		first[i] = max(1, next.turn>>tilt)
		if i < len(next.units) {
			first[i] = max(1, next.units[i]>>tilt)
		}
	}
	p.haggle(r, next, first, best, &found)
	return found
}

// haggle moves each toll up while its limit is broken, and down while there is
// room. Budgets next to each other are coupled, so that each toll keeps a step
// of its own, which grows while the toll moves one way and shrinks when it turns
// round (Riedmiller and Braun, "A direct adaptive method for faster
// backpropagation learning: the RPROP algorithm", ICNN 1993). The closer best
// and bound come to each other, the narrower gets the band.
func (p *problem) haggle(r *room, k tolls, step []int64, best *answer, found *deal) {
	n, ceiling, apart := len(p.Budgets), p.ceiling(), int64(1)<<62
	way, turned := make([]int, n+1), make([]bool, n+1)
	for range rounds {
		b := newTable(p, k, r)
		total := b.total()
		units := b.walk(total)
		v, used := p.worth(units), p.use(units)
		best.offer(p, units)
		if bound := total.cost - p.slack(k); bound > found.bound && !k.tilted {
			found.bound, found.tolls = bound, tolls{slices.Clone(k.units), k.turn, false}
			if best.units != nil && best.value.cost-bound < apart/2 {
				apart = best.value.cost - bound
				q := p.within(b, p.past(k, r), best.value.cost+p.slack(k))
				p.lo, p.hi = q.lo, q.hi
			}
		}
		if best.units != nil && best.value == v && v.cost == found.bound {
			found.exact = true
			return
		}
		done := true
		for i := range n + 1 {
			toll, turn := &k.turn, 0
			if i < n {
				toll, turn = &k.units[i], cmp.Compare(used[i], p.Budgets[i].Most)
			} else if p.Changes > 0 {
				turn = cmp.Compare(v.changes(), p.Changes)
			}
			if turn == 0 || turn < 0 && *toll == 0 {
				continue
			}
			switch {
			case turn == way[i] && turned[i]:
				step[i] = min(ceiling, step[i]+step[i]/5)
			case turn == way[i]:
				step[i] = min(ceiling, 2*step[i])
			case way[i] != 0:
				step[i], turned[i] = max(1, step[i]/2), true
			}
			way[i] = turn
			done = done && step[i] <= 1+*toll>>precision
			*toll = min(ceiling, max(0, *toll+int64(turn)*step[i]))
		}
		if done {
			return
		}
	}
}

// ceiling is the highest toll that no sum overflows with.
func (p *problem) ceiling() int64 {
	return mostTolls / int64((len(p.lo)+1)*(slices.Max(p.hi)+1))
}

// slack is what a sequence pays in tolls that uses up every shared limit.
func (p *problem) slack(k tolls) int64 {
	sum := k.turn * int64(p.Changes)
	for i, toll := range k.units {
		sum += toll * p.Budgets[i].Most
	}
	return sum
}

// steepest is a toll to begin with: more than one unit makes a difference of in
// any step.
func (p *problem) steepest() int64 {
	most := 2*p.change + 1
	for _, row := range p.costs {
		for i := 1; i < len(row); i++ {
			most = max(most, row[i]-row[i-1], row[i-1]-row[i])
		}
	}
	return most
}
