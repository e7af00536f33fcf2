package schedule

import "slices"

// A problem is the limits with the costs, and the numbers that are worth a look.
type problem struct {
	Limits
	costs  [][]int64
	change int64
	lo, hi []int // the band: numbers outside it are in no answer
	dips   int   // the longest time for which a decrease forbids increases
	holds  int   // the longest time for which a change forbids changes
	budget []int // of each step: the place of its budget, or -1
	reset  bool  // the costs are what is taken from one budget after the other
}

func newProblem(l Limits, costs [][]int64, change int64) *problem {
	steps := len(l.Lo)
	p := &problem{
		Limits: l, costs: costs, change: change,
		dips: min(slices.Max(l.Dip), steps), holds: min(slices.Max(l.Hold), steps),
	}
	if len(l.Budgets) > 0 {
		p.budget = slices.Repeat([]int{-1}, steps)
		for i, b := range l.Budgets {
			for t := b.From; t < b.To; t++ {
				p.budget[t] = i
			}
		}
	}
	return p
}

// Tolls are what breaking the shared limits costs in a relaxed problem: of each
// budget for each unit, and of the number of changes for each change.
type tolls struct {
	units  []int64
	turn   int64
	tilted bool // the later in its budget, the more a unit pays
}

// spend is what n units take from the budget of step t.
func (p *problem) spend(t, n int) int64 {
	if p.budget == nil || p.budget[t] < 0 {
		return 0
	}
	return max(0, int64(n-p.Budgets[p.budget[t]].Paid))
}

// toll is what each unit of step t pays.
func (p *problem) toll(t int, k tolls) int64 {
	if len(k.units) == 0 || p.budget[t] < 0 {
		return 0
	}
	toll := k.units[p.budget[t]]
	if k.tilted {
		b := p.Budgets[p.budget[t]]
		toll += (toll >> tilt) / int64(b.To-b.From) * int64(t-b.From)
	}
	return toll
}

// pay is what n units in step t cost, tolls included.
func (p *problem) pay(t, n int, k tolls) int64 {
	c := p.costs[t][n-p.Lo[t]]
	if toll := p.toll(t, k); toll != 0 {
		c += toll * p.spend(t, n)
	}
	return c
}

// held is for how many steps after t a change into t is kept.
func (p *problem) held(t int) int { return min(p.Hold[t], len(p.lo)-1-t) }

// dipped is for how many steps after the hold a decrease into t forbids an
// increase.
func (p *problem) dipped(t int) int { return max(0, min(p.Dip[t], p.dips)-p.held(t)) }

// use is what a sequence takes from each budget.
func (p *problem) use(units []int) []int64 {
	used := make([]int64, len(p.Budgets))
	for i, b := range p.Budgets {
		for t := b.From; t < b.To; t++ {
			used[i] += p.spend(t, units[t])
		}
	}
	return used
}

// worth is the value of a sequence, without tolls.
func (p *problem) worth(units []int) value {
	var v value
	before := p.Before
	for t, n := range units {
		v.cost += p.costs[t][n-p.Lo[t]]
		v.rest += int64(n)
		if n != before {
			v.cost += p.change * int64(max(n-before, before-n))
			v.rest += oneChange
		}
		before = n
	}
	return v
}

// keeps reports whether a sequence of value v keeps the shared limits.
func (p *problem) keeps(v value, used []int64) bool {
	for i, b := range p.Budgets {
		if used[i] > b.Most {
			return false
		}
	}
	return p.Changes == 0 || v.changes() <= p.Changes
}
