package schedule

import (
	"cmp"
	"slices"
)

const (
	beam       = 128     // labels per step when a good sequence is looked for
	mostLabels = 1 << 18 // labels in all, where budgets are involved
)

// most is how many labels a search may make. Without budgets there are at most
// as many per place as changes are allowed, so that it always ends by itself.
func (p *problem) most() int {
	if len(p.Budgets) == 0 {
		return 1 << 31
	}
	return mostLabels
}

// A label is the beginning of a sequence.
type label struct {
	at     place
	value  value // of the steps so far, without tolls
	paid   int64 // the tolls so far
	spent  int64 // from the budget of the next step
	bound  value // of all sequences that begin like this
	parent int32
}

// A search extends beginnings of sequences, the most promising ones or all that
// may still be better than the best answer: label setting for a shortest path
// with limited resources (Desrochers and Soumis, "A generalized permanent
// labelling algorithm for the shortest path problem with time windows", INFOR
// 26, 1988), pruned by the values of the relaxed problem.
type search struct {
	*table
	left   *table // what a place still takes from its budget; nil: not known
	slack  int64
	labels []label
	queues [][]int32 // of each step and the one before the first: labels that stand there
}

// run searches with up to width labels per step, 0 for all, and up to most in
// all. It reports whether it has seen to the end all that could be better.
func (s *search) run(best *answer, width, most int) bool {
	steps := len(s.lo)
	s.labels = append(s.labels[:0], label{at: place{-1, s.Before, 0}, parent: -1})
	s.queues = make([][]int32, steps+1)
	s.queues[0] = []int32{0}
	complete := true
	for t := range steps {
		queue := s.undominated(s.queues[t])
		if width > 0 {
			complete = complete && len(queue) <= width
			queue = s.promising(queue, width)
		}
		for _, i := range queue {
			s.extend(i, best.value)
			if len(s.labels) > most {
				return false
			}
		}
		s.queues[t] = nil
	}
	last := int32(-1)
	for _, i := range s.queues[steps] {
		if s.labels[i].value.less(best.value) {
			best.value, last = s.labels[i].value, i
		}
	}
	if last >= 0 {
		best.units = s.trace(last)
	}
	return complete
}

// promising are the labels with the best bounds, up to width of them.
func (s *search) promising(queue []int32, width int) []int32 {
	slices.SortFunc(queue, func(a, b int32) int {
		return cmp.Or(s.labels[a].bound.compare(s.labels[b].bound), cmp.Compare(a, b))
	})
	return queue[:min(width, len(queue))]
}

// extend makes the labels that follow the i-th and may be better than best.
func (s *search) extend(i int32, best value) {
	from := s.labels[i]
	s.moves(from.at, func(m move) bool {
		bound := value{from.value.cost + from.paid + m.rest.cost - s.slack, from.value.rest + m.rest.rest}
		if m.rest.cost == never.cost || !bound.less(best) {
			return true
		}
		to := label{at: m.to, value: from.value, paid: from.paid, spent: from.spent, bound: bound, parent: i}
		if m.to.n != from.at.n {
			to.value.cost += s.change * int64(max(m.to.n-from.at.n, from.at.n-m.to.n))
			to.value.rest += oneChange
			to.paid += s.tolls.turn
			if s.Changes > 0 && to.value.changes() > s.Changes {
				return true
			}
		}
		for t := from.at.t + 1; t <= m.to.t; t++ {
			to.value.cost += s.costs[t][m.to.n-s.Lo[t]]
			to.value.rest += int64(m.to.n)
			spend := s.spend(t, m.to.n)
			to.spent += spend
			to.paid += s.toll(t, s.tolls) * spend
			if s.budget == nil || s.budget[t] < 0 {
				continue
			}
			b := s.Budgets[s.budget[t]]
			if to.spent > b.Most {
				return true
			}
			if t == b.To-1 {
				to.spent = 0
			}
		}
		if s.left != nil && !s.affords(to) {
			return true
		}
		s.queues[m.to.t+1] = append(s.queues[m.to.t+1], int32(len(s.labels)))
		s.labels = append(s.labels, to)
		return true
	})
}

// affords reports whether what a place still takes is left of its budget.
func (s *search) affords(a label) bool {
	least := s.left.row(a.at.t, a.at.forbidden)[a.at.n-s.lo[a.at.t]].cost
	if least == never.cost {
		return false
	}
	i := s.budget[a.at.t]
	if i < 0 || a.at.t == s.Budgets[i].To-1 || a.at.t == s.Budgets[i].From {
		return true
	}
	return a.spent+least-s.spend(a.at.t, a.at.n) <= s.Budgets[i].Most
}

// undominated drops the labels that another one at the same place beats in
// value, changes and spending at once.
func (s *search) undominated(queue []int32) []int32 {
	slices.SortFunc(queue, func(a, b int32) int {
		x, y := s.labels[a], s.labels[b]
		return cmp.Or(cmp.Compare(x.at.n, y.at.n), cmp.Compare(x.at.forbidden, y.at.forbidden), x.value.compare(y.value), cmp.Compare(x.spent, y.spent), cmp.Compare(a, b))
	})
	kept, first := queue[:0], 0
	for _, i := range queue {
		a := s.labels[i]
		if len(kept) > first && s.labels[kept[first]].at != a.at {
			first = len(kept)
		}
		beaten := slices.ContainsFunc(kept[first:], func(k int32) bool {
			b := s.labels[k]
			return b.spent <= a.spent && (s.Changes == 0 || b.value.changes() <= a.value.changes())
		})
		if !beaten {
			kept = append(kept, i)
		}
	}
	return kept
}

// trace is the sequence that ends with the i-th label.
func (s *search) trace(i int32) []int {
	units := make([]int, len(s.lo))
	for ; s.labels[i].parent >= 0; i = s.labels[i].parent {
		for t := s.labels[i].at.t; t > s.labels[s.labels[i].parent].at.t; t-- {
			units[t] = s.labels[i].at.n
		}
	}
	return units
}
