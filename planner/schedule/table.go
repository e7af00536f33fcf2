package schedule

// A table holds, for every step, every number of units in the band and every
// time for which increases are still forbidden, the least value of the steps
// from there on, that step included. The number may change in the next step: a
// change that has to be held is counted up to the end of its hold at once.
type table struct {
	*problem
	tolls     tolls
	low, high []int   // the numbers of each step that have values: the band or, in a layer, fewer
	off       []int   // where the values of each step begin
	best      []value // of each step, from the last to the first: [forbidden][number]
	after     *table  // that holds the values after a change: the table itself, or the layer below
	stay      stays
	room      *room
}

// newTable fills a table for the tolls, from the last step to the first.
func newTable(p *problem, k tolls, r *room) *table {
	steps, cells := len(p.lo), r.fit(p)
	r.off, r.best = grown(r.off, steps), grown(r.best, cells*(p.dips+1))
	b := &table{problem: p, tolls: k, low: p.lo, high: p.hi, off: r.off, best: r.best[:0], room: r}
	b.after = b
	if p.holds > 0 {
		b.stay = r.stays(p)
	}
	for t := steps - 1; t >= 0; t-- {
		b.fill(t)
		if p.reset {
			b.settle(t)
		}
	}
	return b
}

// row is the values of step t, by number from low[t] on.
func (b *table) row(t, forbidden int) []value {
	width := b.high[t] - b.low[t] + 1
	from := b.off[t] + forbidden*width
	return b.best[from : from+width]
}

// fill computes the values of step t from those of the later steps.
func (b *table) fill(t int) {
	lo, width := b.lo[t], b.hi[t]-b.lo[t]+1
	b.off[t] = len(b.best)
	b.best = extended(b.best, width*(b.dips+1))
	if b.holds > 0 && b.after == b {
		b.sumUp(t)
	}
	costs := b.costs[t][lo-b.Lo[t]:][:width]
	if t == len(b.lo)-1 {
		for j := range b.dips + 1 {
			row := b.row(t, j)
			for i := range row {
				row[i] = value{costs[i], int64(lo + i)}
			}
		}
	} else {
		below, above := b.room.below[:width], b.room.above[:width]
		b.leave(t+1, lo, below, above)
		next := t + 1
		from, to := max(lo, b.low[next]), min(b.hi[t], b.high[next])
		for j := range b.dips + 1 {
			row, after := b.row(t, j), b.row(next, max(0, j-1))
			for i := range row {
				best := below[i]
				if n := lo + i; n >= from && n <= to {
					if v := after[n-b.low[next]]; !best.less(v) {
						best = v
					}
				}
				if j == 0 && above[i].less(best) {
					best = above[i]
				}
				if best.cost != never.cost {
					best.cost += costs[i]
					best.rest += int64(lo + i)
				}
				row[i] = best
			}
		}
	}
	if toll := b.toll(t, b.tolls); toll != 0 {
		for j := range b.dips + 1 {
			row := b.row(t, j)
			for i, v := range row {
				if v.cost != never.cost {
					row[i].cost += toll * b.spend(t, lo+i)
				}
			}
		}
	}
}

// settle closes the accounts at the first step of a budget, and in steps
// without: what is left of the sequence takes nothing from an earlier budget, if
// it can be afforded at all.
func (b *table) settle(t int) {
	i := b.budget[t]
	if i >= 0 && b.Budgets[i].From != t {
		return
	}
	for j := range b.dips + 1 {
		row := b.row(t, j)
		for k, v := range row {
			if v.cost != never.cost && (i < 0 || v.cost <= b.Budgets[i].Most) {
				row[k] = value{}
			} else {
				row[k] = never
			}
		}
	}
}
