package dispatch

import (
	"cmp"
	"slices"
)

// mostFree is how many pools a search moves at once.
const mostFree = 4

// A label is one way to come to a step.
type label struct {
	worth
	spent int64 // of the budget of the step
	bound int64 // no way from here on costs less in all
	prev  int32 // the label of the step before
	key   int32 // the numbers of the free pools
	at    [mostFree]posture
}

// trace leads back from a label to where it came from.
type trace struct{ prev, key int32 }

// A search looks for the best units within a band, of which at most mostFree
// pools have a choice. It goes forward step by step and keeps every way that
// nothing else beats: of two that run the same units, one that costs as little,
// waits as little and has as much left beats the other. A way is dropped once
// what it costs, plus the least that its pools could cost alone from there on,
// is more than the best units known (Lagrangian bounds in label setting; Handler
// and Zang, "A dual algorithm for the constrained shortest path problem",
// Networks 10, 1980).
type search struct {
	*ledger
	band
	prices
	most     int // labels a step; if there are more, the best are kept
	alike    int // labels a step that run the same units; the first are kept
	pools    []int
	futures  []*future
	fixed    [][]int // units of the pools without a choice
	loads    []int64 // at least what the load costs from step t on, and the fixed pools alone
	owed     []int64 // what budgets that begin from step t on give back
	best     worth   // to beat
	complete bool    // nothing was left out that could be better
	labels   []label
	heads    []int32
	chain    []int32
	costs    []int64 // of the load, by key; -1: not known yet
	served   []float64
	choices  [mostFree][]choice
}

// A choice is a number that one pool may run next.
type choice struct {
	cost  int64 // at least, alone, from here on
	step  int64 // change
	after posture
}

// search finds better units than the given ones within the band, or returns
// those. It reports whether it looked at everything that could be better.
func (b *ledger) search(r band, p prices, units [][]int, most, alike int) (better [][]int, complete bool) {
	s := search{ledger: b, band: r, prices: p, most: most, alike: alike, complete: true, pools: r.free(), fixed: units, best: b.worth(units)}
	if len(s.pools) == 0 {
		return units, true
	}
	s.prepare()
	return s.run(units)
}

// prepare works out the bounds.
func (s *search) prepare() {
	s.loads, s.owed = make([]int64, s.steps+1), make([]int64, s.steps+2)
	load := make([]float64, len(s.losses))
	isFree := make([]bool, len(s.Pools))
	for _, i := range s.pools {
		isFree[i] = true
		s.futures = append(s.futures, s.foresee(s.prices, i, s.low[i], s.high[i]))
	}
	for t := s.steps - 1; t >= 0; t-- {
		s.loads[t] = s.loads[t+1] + int64(s.bought(s.prices, t, s.mostServed(t), load))
		for i, pool := range s.Pools {
			if isFree[i] {
				continue
			}
			n, before := s.fixed[i][t], pool.Limits.Before
			if t > 0 {
				before = s.fixed[i][t-1]
			}
			s.loads[t] += s.alone(s.prices, i, t, n, s.credit(s.prices, i, t)) + s.change[i]*int64(max(n-before, before-n))
		}
		s.owed[t] = s.owed[t+1]
		if k := s.open[t]; k >= 0 && s.Budgets[k].From == t {
			s.owed[t] += int64(s.money[k] * float64(s.ledger.most[k]))
		}
	}
}

// run goes through the steps.
func (s *search) run(units [][]int) ([][]int, bool) {
	root := label{prev: -1}
	for f, i := range s.pools {
		root.at[f] = s.rise(i)
	}
	traces := make([][]trace, s.steps)
	before := []label{root}
	s.served = make([]float64, len(s.losses))
	for t := range s.steps {
		size := int(s.size(t))
		s.heads = append(s.heads[:0], slices.Repeat([]int32{-1}, size)...)
		s.costs = append(s.costs[:0], slices.Repeat([]int64{-1}, size)...)
		s.labels, s.chain = s.labels[:0], s.chain[:0]
		for from := range before {
			if s.tries <= 0 {
				return units, false
			}
			s.expand(t, &before[from], int32(from))
		}
		s.labels = slices.DeleteFunc(s.labels, func(l label) bool { return l.bound == never })
		// Also so that the best of those that run the same units come first.
		slices.SortFunc(s.labels, func(a, c label) int {
			return cmp.Or(cmp.Compare(a.bound, c.bound), cmp.Compare(a.rest, c.rest), cmp.Compare(a.key, c.key), cmp.Compare(a.prev, c.prev))
		})
		if len(s.labels) > s.most {
			s.complete = false
			s.labels = s.labels[:s.most]
		}
		traces[t] = make([]trace, len(s.labels))
		for k, l := range s.labels {
			traces[t][k] = trace{l.prev, l.key}
		}
		before, s.labels = s.labels, before
	}
	end := -1
	for k, l := range before {
		if l.less(s.best) {
			end, s.best = k, l.worth
		}
	}
	if end < 0 {
		return units, s.complete
	}
	return s.back(units, traces, int32(end)), s.complete
}

// back collects the units that led to a label of the last step.
func (s *search) back(units [][]int, traces [][]trace, at int32) [][]int {
	better := make([][]int, len(units))
	for i := range units {
		better[i] = slices.Clone(units[i])
	}
	for t := s.steps - 1; t >= 0; t-- {
		key := int(traces[t][at].key)
		for _, i := range slices.Backward(s.pools) {
			width := s.high[i][t] - s.low[i][t] + 1
			better[i][t] = s.low[i][t] + key%width
			key /= width
		}
		at = traces[t][at].prev
	}
	return better
}
