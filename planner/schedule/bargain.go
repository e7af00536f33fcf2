package schedule

import (
	"cmp"
	"slices"
)

const (
	rounds    = 80      // of a bargain, at most
	precision = 14      // bits to which a toll is found
	mostTolls = 1 << 60 // that any sequence can pay
)

// A deal is what a bargain ended with.
type deal struct {
	tolls tolls
	bound int64 // no sequence is cheaper
	exact bool  // the cheapest sequence was met on the way
}

// bargain looks for the tolls under which the relaxed problem says most:
// Lagrangian relaxation (Fisher, "The Lagrangian Relaxation Method for Solving
// Integer Programming Problems", Management Science 27, 1981). Budgets next to
// each other are coupled, so that each toll keeps a step of its own, which grows
// while the toll moves one way and shrinks when it turns round (Riedmiller and
// Braun, "A direct adaptive method for faster backpropagation learning: the
// RPROP algorithm", ICNN 1993). Sequences on the way that keep all limits are
// offered to best.
func (p *problem) bargain(r *room, best *answer) deal {
	n, ceiling := len(p.Budgets), p.ceiling()
	now, step, way := make([]int64, n+1), slices.Repeat([]int64{max(1, p.steepest()/4)}, n+1), make([]int, n+1)
	turned := make([]bool, n+1)
	found := deal{bound: -1 << 62}
	for range rounds {
		k := tolls{units: slices.Clone(now[:n]), turn: now[n]}
		b := newTable(p, k, r)
		total := b.total()
		units := b.walk(total)
		v, used := p.worth(units), p.use(units)
		best.offer(p, units)
		if bound := total.cost - p.slack(k); bound > found.bound {
			found.bound, found.tolls = bound, k
		}
		if best.units != nil && best.value == v && v.cost == found.bound {
			found.exact = true
			return found
		}
		done := true
		for i := range now {
			turn := 0
			if i < n {
				turn = cmp.Compare(used[i], p.Budgets[i].Most)
			} else if p.Changes > 0 {
				turn = cmp.Compare(v.changes(), p.Changes)
			}
			if turn == 0 || turn < 0 && now[i] == 0 {
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
			done = done && step[i] <= 1+now[i]>>precision
			now[i] = min(ceiling, max(0, now[i]+int64(turn)*step[i]))
		}
		if done {
			break
		}
	}
	p.repair(r, found.tolls, best)
	return found
}

// repair raises the tolls of what is overspent, little by little, until a
// sequence keeps all limits.
func (p *problem) repair(r *room, k tolls, best *answer) {
	k.units = slices.Clone(k.units)
	ceiling := p.ceiling()
	step := slices.Repeat([]int64{max(1, p.steepest()>>10)}, len(p.Budgets)+1)
	for range rounds {
		b := newTable(p, k, r)
		total := b.total()
		units := b.walk(total)
		v, used := p.worth(units), p.use(units)
		if best.offer(p, units); p.keeps(v, used) {
			return
		}
		raise := func(toll *int64, i int) {
			*toll = min(ceiling, *toll+step[i])
			step[i] = min(ceiling, step[i]+step[i]/2)
		}
		for i, b := range p.Budgets {
			if used[i] > b.Most {
				raise(&k.units[i], i)
			}
		}
		if p.Changes > 0 && v.changes() > p.Changes {
			raise(&k.turn, len(p.Budgets))
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

// frugal is the sequence that takes the least from all budgets together, if it
// keeps every limit.
func (p *problem) frugal(r *room) answer {
	best := answer{value: never}
	if len(p.Budgets) == 0 {
		return best
	}
	b := newTable(p.spending(), tolls{}, r)
	if total := b.total(); total != never {
		best.offer(p, b.walk(total))
	}
	return best
}

// spending is the problem of taking as little as possible from the budgets.
func (p *problem) spending() *problem {
	q := *p
	q.Lo, q.change = p.lo, 0
	q.costs = make([][]int64, len(p.costs))
	for t := range q.costs {
		q.costs[t] = make([]int64, p.hi[t]-p.lo[t]+1)
		for i := range q.costs[t] {
			q.costs[t][i] = p.spend(t, p.lo[t]+i)
		}
	}
	return &q
}

// thrift is the least that is still taken from the budget of a step, of a place
// and all places after it. From where a later budget cannot be kept any more, it
// is never. There is no table if changes are held, since a hold may reach into
// another budget.
func (p *problem) thrift(r *room) *table {
	if len(p.Budgets) == 0 || p.holds > 0 {
		return nil
	}
	q := p.spending()
	q.reset = true
	return newTable(q, tolls{}, r)
}
