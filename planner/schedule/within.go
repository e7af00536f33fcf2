package schedule

import "slices"

// within is the problem for the numbers that a sequence of the relaxed problem
// may run which costs up to limit, tolls included; past is what it costs to come
// to each number.
func (p *problem) within(b *table, past [][]int64, limit int64) *problem {
	q := *p
	q.lo, q.hi = slices.Clone(p.lo), slices.Clone(p.hi)
	for t := range q.lo {
		rest := b.row(t, 0) // nothing costs less than what is free to rise
		dead := func(n int) bool {
			i := n - p.lo[t]
			return past[t][i] == never.cost || rest[i].cost == never.cost || rest[i].cost > limit-past[t][i]
		}
		for q.lo[t] < q.hi[t] && dead(q.lo[t]) {
			q.lo[t]++
		}
		for q.hi[t] > q.lo[t] && dead(q.hi[t]) {
			q.hi[t]--
		}
	}
	return &q
}

// past is what it costs at least to come to each number in each step, tolls
// included and the step itself apart, if dips and holds are left out.
func (p *problem) past(k tolls, r *room) [][]int64 {
	past, flat := make([][]int64, len(p.lo)), make([]int64, r.fit(p))
	spare, other := r.fewer, r.more    // for the values of every second step
	from, low := []value{{}}, p.Before // the values of the step before
	for t := range past {
		width := p.hi[t] - p.lo[t] + 1
		below, above := r.below[:width], r.above[:width]
		r.window.below(below, p.lo[t], from, low, p.Up[t], p.change)
		r.window.above(above, p.lo[t], from, low, p.Down[t], p.change)
		row, next := flat[:width:width], spare[:width]
		for i := range row {
			n := p.lo[t] + i
			best, slope := never.cost, p.change*int64(n)
			if below[i].cost != never.cost {
				best = below[i].cost + slope + k.turn
			}
			if above[i].cost != never.cost {
				best = min(best, above[i].cost-slope+k.turn)
			}
			if n >= low && n < low+len(from) {
				best = min(best, from[n-low].cost)
			}
			row[i], next[i] = best, never
			if best != never.cost {
				next[i].cost = best + p.pay(t, n, k)
			}
		}
		past[t], flat, from, low = row, flat[width:], next, p.lo[t]
		spare, other = other, spare
	}
	return past
}
