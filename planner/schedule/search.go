package schedule

import (
	"cmp"
	"slices"
)

const (
	beam       = 64      // labels per step when a good sequence is looked for
	mostLabels = 1 << 18 // that a search without a beam makes
)

// A search extends beginnings of sequences, the most promising ones or all that
// may still be better than the best answer: label setting for a shortest path
// with limited resources (Desrochers and Soumis, "A generalized permanent
// labelling algorithm for the shortest path problem with time windows", INFOR
// 26, 1988), pruned by the values of the relaxed problem.
type search struct {
	*table
	left   *table // what a place still takes from its budget; nil: not known
	slack  int64
	trail  []trace
	made   int
	queues [][]label // of each step and the one before the first: labels that stand there
}

// run searches with up to width labels per step, 0 for all. It reports whether
// it has seen to the end all that could be better.
func (s *search) run(best *answer, width int) (complete bool) {
	steps := len(s.lo)
	s.queues = make([][]label, steps+1)
	s.queues[0] = []label{{at: place{-1, s.Before, 0}, parent: -1}}
	complete = true
	var spare [][]label // memory of queues that are over
	for t := range steps {
		queue := s.undominated(s.queues[t])
		if width > 0 && len(queue) > width {
			complete = false
			slices.SortFunc(queue, label.promise)
			queue = queue[:width]
		}
		for _, a := range queue {
			s.extend(a, best.value, &spare)
			if width == 0 && s.made > mostLabels {
				return false
			}
		}
		if cap(queue) > 0 {
			spare = append(spare, queue[:0])
		}
		s.queues[t] = nil
	}
	for _, a := range s.queues[steps] {
		if a.value.less(best.value) {
			best.value, best.units = a.value, s.follow(a)
		}
	}
	return complete
}

// extend makes the labels that follow a and may be better than best.
func (s *search) extend(a label, best value, spare *[][]label) {
	parent := int32(len(s.trail))
	s.trail = append(s.trail, trace{int32(a.at.t), int32(a.at.n), a.parent})
	s.moves(a.at, func(m move) bool {
		bound := value{a.value.cost + a.paid + m.rest.cost - s.slack, a.value.rest + m.rest.rest}
		if m.rest.cost == never.cost || !bound.less(best) {
			return true
		}
		to := label{at: m.to, value: a.value, paid: a.paid, spent: a.spent, bound: bound, parent: parent}
		if m.to.n != a.at.n {
			to.value.cost += s.change * int64(max(m.to.n-a.at.n, a.at.n-m.to.n))
			to.value.rest += oneChange
			to.paid += s.tolls.turn
			if s.Changes > 0 && to.value.changes() > s.Changes {
				return true
			}
		}
		for t := a.at.t + 1; t <= m.to.t; t++ {
			to.value.cost += s.costs[t][m.to.n-s.Lo[t]]
			to.value.rest += int64(m.to.n)
			if s.budget == nil || s.budget[t] < 0 {
				continue
			}
			b, spend, toll := s.Budgets[s.budget[t]], s.spend(t, m.to.n), s.toll(t, s.tolls)
			to.spent += spend
			to.paid += toll * spend
			if to.spent > b.Most {
				return true
			}
			if t == b.To-1 {
				// What nobody has spent nobody will: it earns no toll.
				unspent := toll * (b.Most - to.spent)
				to.paid += unspent
				to.bound.cost += unspent
				to.spent = 0
			}
		}
		if !to.bound.less(best) || s.left != nil && !s.affords(to) {
			return true
		}
		queue := &s.queues[m.to.t+1]
		if *queue == nil && len(*spare) > 0 {
			*queue, *spare = (*spare)[len(*spare)-1], (*spare)[:len(*spare)-1]
		}
		*queue = append(*queue, to)
		s.made++
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
func (s *search) undominated(queue []label) []label {
	slices.SortFunc(queue, func(x, y label) int {
		switch {
		case x.at.n != y.at.n:
			return x.at.n - y.at.n
		case x.at.forbidden != y.at.forbidden:
			return x.at.forbidden - y.at.forbidden
		case x.value != y.value:
			return x.value.compare(y.value)
		case x.spent != y.spent:
			return cmp.Compare(x.spent, y.spent)
		}
		return cmp.Compare(x.parent, y.parent)
	})
	kept, first := queue[:0], 0
	for _, a := range queue {
		if len(kept) > first && kept[first].at != a.at {
			first = len(kept)
		}
		beaten := slices.ContainsFunc(kept[first:], func(b label) bool {
			return b.spent <= a.spent && (s.Changes == 0 || b.value.changes() <= a.value.changes())
		})
		if !beaten {
			kept = append(kept, a)
		}
	}
	return kept
}

// follow is the sequence that ends with a label.
func (s *search) follow(a label) []int {
	units := make([]int, len(s.lo))
	t, n := a.at.t, a.at.n
	for i := a.parent; i >= 0; i = s.trail[i].parent {
		for ; t > int(s.trail[i].t); t-- {
			units[t] = n
		}
		n = int(s.trail[i].n)
	}
	return units
}
