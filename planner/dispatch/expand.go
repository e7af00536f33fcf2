package dispatch

import (
	"cmp"
	"slices"
)

// expand goes on from a label into step t in every way that may still be better
// than the best.
func (s *search) expand(t int, from *label, prev int32) {
	least := [mostFree + 1]int64{} // what the pools from here on cost at least
	for f := len(s.pools) - 1; f >= 0; f-- {
		i := s.pools[f]
		list := s.choices[f][:0]
		low, high := s.reach(i, t, from.at[f])
		credit := s.credit(s.prices, i, t)
		for n := max(low, s.low[i][t]); n <= min(high, s.high[i][t]); n++ {
			q := s.after(i, t, from.at[f], n)
			rest := s.futures[f].cost[t][s.futures[f].place(t, q)]
			if rest == never {
				continue
			}
			was := int(from.at[f].units)
			c := choice{step: s.change[i] * int64(max(n-was, was-n)), after: q}
			c.cost = c.step + s.alone(s.prices, i, t, n, credit) + rest
			list = append(list, c)
		}
		s.choices[f] = list
		if len(list) == 0 {
			return
		}
		slices.SortStableFunc(list, func(a, c choice) int { return cmp.Compare(a.cost, c.cost) })
		least[f] = least[f+1] + list[0].cost
	}
	next := label{worth: from.worth, prev: prev}
	base := from.cost + s.loads[t] - s.owed[t+1]
	if k := s.open[t]; k >= 0 {
		if t > s.Budgets[k].From {
			next.spent = from.spent
		}
		base -= int64(s.money[k] * float64(s.ledger.most[k]-next.spent))
	}
	for i := range s.Pools {
		if slices.Contains(s.pools, i) {
			continue
		}
		n, was := s.fixed[i][t], s.Pools[i].Limits.Before
		if t > 0 {
			was = s.fixed[i][t-1]
		}
		s.take(t, &next, i, was, n, s.change[i]*int64(max(n-was, was-n)))
	}
	s.choose(t, 0, base, &least, from, next)
}

// take adds n units of pool i to a label.
func (s *search) take(t int, l *label, i, was, n int, change int64) {
	spend := s.spend(i, n)
	l.cost += spend + change
	l.rest += int64(n)
	if n != was {
		l.rest += oneChange
	}
	if s.open[t] >= 0 {
		l.spent += spend
	}
}

// choose tries every number of the f-th free pool and those after it.
func (s *search) choose(t, f int, base int64, least *[mostFree + 1]int64, from *label, next label) {
	if f == len(s.pools) {
		s.settle(t, &next)
		return
	}
	i := s.pools[f]
	width := int32(s.high[i][t] - s.low[i][t] + 1)
	for _, c := range s.choices[f] {
		if base+c.cost+least[f+1]-s.slack > s.best.cost {
			return // dearer ones follow
		}
		l := next
		n := int(c.after.units)
		l.at[f] = c.after
		l.key = l.key*width + int32(n-s.low[i][t])
		s.take(t, &l, i, int(from.at[f].units), n, c.step)
		s.choose(t, f+1, base+c.cost, least, from, l)
	}
}

// settle keeps a label unless it is beaten.
func (s *search) settle(t int, l *label) {
	s.tries--
	if k := s.open[t]; k >= 0 && l.spent > s.ledger.most[k] {
		return
	}
	if s.costs[l.key] < 0 {
		s.costs[l.key] = s.load(t, l)
	}
	l.cost += s.costs[l.key]
	l.bound = s.boundOf(t, l)
	if l.bound-s.slack > s.best.cost {
		return
	}
	// What l beats leaves the chain. If something beats l, nothing there is beaten
	// by l, so the chain is still whole.
	link, alike := &s.heads[l.key], 0
	for *link >= 0 {
		k := *link
		if s.beats(t, &s.labels[k], l) {
			return
		}
		if s.beats(t, l, &s.labels[k]) {
			s.labels[k].bound = never
			*link = s.chain[k]
			continue
		}
		link, alike = &s.chain[k], alike+1
	}
	if alike >= s.alike {
		s.complete = false
		return
	}
	s.chain = append(s.chain, s.heads[l.key])
	s.heads[l.key] = int32(len(s.labels))
	s.labels = append(s.labels, *l)
}

// boundOf is the least that anything that follows a label costs in all.
func (s *search) boundOf(t int, l *label) int64 {
	bound := l.cost + s.loads[t+1] - s.owed[t+1]
	for f := range s.pools {
		bound += s.futures[f].cost[t][s.futures[f].place(t, l.at[f])]
	}
	if k := s.open[t]; k >= 0 && t < s.Budgets[k].To-1 {
		bound -= int64(s.money[k] * float64(s.ledger.most[k]-l.spent))
	}
	return bound
}

// load is what the load missing in step t costs.
func (s *search) load(t int, l *label) int64 {
	clear(s.served)
	f := 0
	for i := range s.Pools {
		n := s.fixed[i][t]
		if f < len(s.pools) && s.pools[f] == i {
			n = int(l.at[f].units)
			f++
		}
		s.serve(s.served, i, n)
	}
	return s.missing(t, s.served)
}

// beats reports whether whatever follows one label can follow the other, and is
// as cheap. Both run the same units.
func (s *search) beats(t int, a, c *label) bool {
	if c.less(a.worth) {
		return false
	}
	if k := s.open[t]; k >= 0 && t < s.Budgets[k].To-1 && a.spent > c.spent {
		return false
	}
	for f := range s.pools {
		p, q := &a.at[f], &c.at[f]
		if p.dip > q.dip || p.hold > q.hold || p.left >= 0 && p.left < q.left {
			return false
		}
	}
	return true
}
