package schedule

// A table holds, for every step, every number of units in the band and every
// time for which increases are still forbidden, the least value of the steps
// from there on, that step included. The number may change in the next step: a
// change that has to be held is counted up to the end of its hold at once.
type table struct {
	*problem
	tolls tolls
	off   []int // where the row of each step begins
	cells int
	best  []value // [forbidden][cells]
	sum   []int64 // with holds: the cost of staying, until the band ends
	until []int32 // with holds: the last step in which the number is in the band
	room  *room
}

// newTable fills a table for the tolls, from the last step to the first.
func newTable(p *problem, k tolls, r *room) *table {
	steps := len(p.lo)
	r.off = grown(r.off, steps+1)
	r.widest, r.cells = 1, 0
	for t := range steps {
		r.off[t] = r.cells
		width := p.hi[t] - p.lo[t] + 1
		r.cells += width
		r.widest = max(r.widest, width)
	}
	r.off[steps] = r.cells
	r.best = grown(r.best, r.cells*(p.dips+1))
	for _, s := range []*[]value{&r.below, &r.above, &r.fewer, &r.more} {
		*s = grown(*s, r.widest)
	}
	if len(r.window.queue) < r.widest {
		r.window.queue = make([]candidate, r.widest)
	}
	b := &table{problem: p, tolls: k, off: r.off, cells: r.cells, best: r.best, room: r}
	if p.holds > 0 {
		r.sum, r.until = grown(r.sum, r.cells), grown(r.until, r.cells)
		b.sum, b.until = r.sum, r.until
	}
	for t := steps - 1; t >= 0; t-- {
		b.fill(t)
		if p.reset {
			b.settle(t)
		}
	}
	return b
}

// row is the values of step t, by number from lo[t] on.
func (b *table) row(t, forbidden int) []value {
	return b.best[forbidden*b.cells+b.off[t] : forbidden*b.cells+b.off[t+1]]
}

// fill computes the values of step t from those of the later steps.
func (b *table) fill(t int) {
	lo, width := b.lo[t], b.hi[t]-b.lo[t]+1
	if b.holds > 0 {
		b.stays(t)
	}
	costs := b.costs[t][lo-b.Lo[t]:][:width]
	toll := b.toll(t, b.tolls)
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
		from, to := max(lo, b.lo[next]), min(b.hi[t], b.hi[next])
		for j := range b.dips + 1 {
			row, after := b.row(t, j), b.row(next, max(0, j-1))
			for i := range row {
				best := below[i]
				if n := lo + i; n >= from && n <= to {
					if v := after[n-b.lo[next]]; !best.less(v) {
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
	if toll != 0 {
		for j := range b.dips + 1 {
			for i, v := range b.row(t, j) {
				if v.cost != never.cost {
					b.row(t, j)[i].cost += toll * b.spend(t, lo+i)
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
