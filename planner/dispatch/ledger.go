package dispatch

import (
	"math"
	"slices"
)

// A ledger is the problem with its money in whole parts, so that a tie is a tie
// whatever the rounding and all sums stay below 2^60.
type ledger struct {
	Problem
	steps  int
	losses []loss
	parts  float64 // to one unit of money
	price  []int64 // of a unit in a step
	change []int64 // of a unit that starts or stops
	// weight is parts for one unit of load that is missing; grain is the least
	// load that counts as missing if that counts before money, else 0.
	weight, grain float64
	shift         int     // a grain is 2^shift parts
	blur          float64 // grains that may be a rounding error
	most          []int64 // parts of each budget
	open          []int   // the budget of each step, or -1
	slack         int64   // more than all rounding can come to
	tries         int     // ways that the searches may still look at
	dearest       float64 // how many times its price money may cost, so that no sum overflows
}

// oneChange is more than all units of all steps, so that changes and units are
// counted in one number.
const oneChange = 1 << 42

// newLedger lays the problem out in parts of money.
func newLedger(p Problem) *ledger {
	b := &ledger{Problem: p.capped(), steps: len(p.Loads), losses: losses(p.Pools)}
	p = b.Problem
	peak := p.peak()
	money, dearest, units := p.Missing*peak*float64(b.steps), p.Missing, 0.0
	most, all, spend := peak*float64(b.steps), 0.0, 0.0
	for _, pool := range p.Pools {
		dearest = max(dearest, pool.Price, pool.Change)
		before, alone := float64(pool.Limits.Before), 0.0
		for _, hi := range pool.Limits.Hi {
			served := pool.Rate * float64(hi)
			alone += served
			money += pool.Price*float64(hi) + pool.Change*max(before, float64(hi)) + p.Missing*served
			spend += pool.Price * float64(hi)
			units += float64(hi)
			before = float64(hi)
		}
		all += alone
		most = max(most, alone, all/4)
	}
	room := 58
	if p.Missing == 0 && peak > 0 {
		// Up to 2^27 grains count before all money. They are 1, 2 or 5 times a
		// power of ten, as people's numbers are.
		b.shift, room = 33, 31
		b.grain = math.Pow10(int(math.Ceil(math.Log10(most / (1 << 27)))))
		for _, part := range []float64{2, 2.5} {
			if b.grain/part >= most/(1<<27) {
				b.grain /= part
			}
		}
		b.weight = math.Ldexp(1, b.shift) / b.grain
		b.blur = 1e-14 * peak / b.grain
		b.slack = int64(b.blur * math.Ldexp(float64(b.steps), b.shift))
	}
	b.parts = 1
	if money > 0 {
		// The thirds and tenths which people's numbers lead to stay whole.
		fine := 720_720 * 1e6
		for fine*money > math.Ldexp(dearest, room) {
			fine /= 2
		}
		b.parts = fine / dearest
	}
	if p.Missing > 0 {
		b.weight = p.Missing * b.parts
	}
	b.slack += int64(b.steps*(8+2*len(p.Pools))) + int64(units)
	b.dearest = math.Ldexp(1, 59) / (1 + spend*b.parts + units)
	for _, pool := range p.Pools {
		b.price = append(b.price, b.whole(pool.Price))
		b.change = append(b.change, b.whole(pool.Change))
	}
	b.open = slices.Repeat([]int{-1}, b.steps)
	for i, budget := range p.Budgets {
		// A rounding error above a whole number of units does not cost one.
		b.most = append(b.most, int64(min(math.Ldexp(1, 60), b.parts*budget.Most*(1+1e-12)+units)))
		for t := budget.From; t < budget.To; t++ {
			b.open[t] = i
		}
	}
	return b
}

// whole is money in parts; however little it is, it is not nothing.
func (b *ledger) whole(money float64) int64 {
	if money == 0 {
		return 0
	}
	return max(1, int64(math.Round(money*b.parts)))
}

// spend is what n units of pool i cost in a step.
func (b *ledger) spend(i, n int) int64 {
	return b.price[i] * int64(max(0, n-b.Pools[i].Paid))
}

// missing is what the load expected to be missing in step t costs.
func (b *ledger) missing(t int, served []float64) int64 {
	sum := 0.0
	for k, c := range b.losses {
		sum += c.chance * b.Loads[t].short(served[k])
	}
	if b.grain > 0 {
		// Rounded up, so that the bound, which does not round, stays one.
		return int64(math.Ceil(sum/b.grain-b.blur)) << b.shift
	}
	return int64(math.Round(b.weight * sum))
}

// serve adds to served, of each loss, what n units of pool i serve.
func (b *ledger) serve(served []float64, i, n int) {
	for k, c := range b.losses {
		served[k] += c.rates[i] * float64(n)
	}
}

// A worth is what a solution is worth; less is better.
type worth struct {
	cost int64
	rest int64 // changes · oneChange + units
}

func (w worth) less(v worth) bool {
	return w.cost < v.cost || w.cost == v.cost && w.rest < v.rest
}

// worth is that of the given units.
func (b *ledger) worth(units [][]int) worth {
	var w worth
	for i, row := range units {
		before := b.Pools[i].Limits.Before
		for _, n := range row {
			w.cost += b.spend(i, n) + b.change[i]*int64(max(n-before, before-n))
			w.rest += int64(n)
			if n != before {
				w.rest += oneChange
			}
			before = n
		}
	}
	served := make([]float64, len(b.losses))
	for t := range b.steps {
		clear(served)
		for i, row := range units {
			b.serve(served, i, row[t])
		}
		w.cost += b.missing(t, served)
	}
	return w
}

// unrounded is what the given units cost if no grain is rounded up.
func (b *ledger) unrounded(units [][]int) int64 {
	w := b.worth(units)
	if b.grain == 0 {
		return w.cost
	}
	return w.cost&(1<<b.shift-1) + int64(b.weight*b.short(units))
}

// short is the load that is expected to be missing in all steps.
func (b *ledger) short(units [][]int) float64 {
	sum := 0.0
	served := make([]float64, len(b.losses))
	for t, l := range b.Loads {
		clear(served)
		for i, row := range units {
			b.serve(served, i, row[t])
		}
		for k, c := range b.losses {
			sum += c.chance * l.short(served[k])
		}
	}
	return sum
}

// overspent is by how much each budget is exceeded, 0 or more.
func (b *ledger) overspent(units [][]int) []int64 {
	over := make([]int64, len(b.Budgets))
	for k, budget := range b.Budgets {
		over[k] = -b.most[k]
		for i, row := range units {
			for _, n := range row[budget.From:budget.To] {
				over[k] += b.spend(i, n)
			}
		}
		over[k] = max(0, over[k])
	}
	return over
}
