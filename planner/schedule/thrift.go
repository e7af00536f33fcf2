package schedule

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
