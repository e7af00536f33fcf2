package dispatch

import (
	"fmt"
	"math"
	"slices"

	"headroom/planner/schedule"
)

// mostExact is how many numbers of units all steps of a pool may have for its
// budgets to be kept exactly; beyond, money is made dearer until they are kept.
const mostExact = 2000

// plan is the best row of pool i for the given costs, within its limits and what
// the others leave of the budgets. It is the old row if no better one was found.
func (b *ledger) plan(i int, units [][]int, costs [][]int64, change int64) ([]int, error) {
	l := b.Pools[i].Limits
	row, err := b.lone(i, l, costs, change)
	if err != nil || b.price[i] == 0 || len(b.Budgets) == 0 {
		return row, err
	}
	for k, budget := range b.Budgets {
		left := b.most[k]
		for j, other := range units {
			if j == i {
				continue
			}
			for _, n := range other[budget.From:budget.To] {
				left -= b.spend(j, n)
			}
		}
		l.Budgets = append(l.Budgets, schedule.Budget{From: budget.From, To: budget.To, Paid: b.Pools[i].Paid, Most: max(0, left) / b.price[i]})
	}
	if !slices.ContainsFunc(l.Budgets, func(x schedule.Budget) bool { return over(row, x) }) {
		return row, nil
	}
	size := 0
	for _, c := range costs {
		size += len(c)
	}
	if size > mostExact {
		return b.save(i, units[i], l.Budgets, costs, change)
	}
	slices.SortFunc(l.Budgets, func(x, y schedule.Budget) int { return x.From - y.From })
	return b.lone(i, l, costs, change)
}

// lone is the best row of pool i for the given costs and limits.
func (b *ledger) lone(i int, l schedule.Limits, costs [][]int64, change int64) ([]int, error) {
	row, _, err := schedule.Solve(l, costs, change)
	if err != nil {
		return nil, fmt.Errorf("dispatch: pool %d: %w", i, err)
	}
	return row, nil
}

// over reports whether a row exceeds a budget.
func over(row []int, x schedule.Budget) bool {
	sum := int64(0)
	for _, n := range row[x.From:x.To] {
		sum += int64(max(0, n-x.Paid))
	}
	return sum > x.Most
}

// tilt is by which part the toll on a unit rises from the first step of a budget
// to the last. Where many steps lose the same by a unit less, one toll on all of
// them takes far too much or far too little; tilted ones tell the steps apart.
const tilt = 1.0 / 32

// save looks for the tolls on units, one for each budget, at which the best row
// just keeps the budgets, by doubling and halving: first for equal tolls, then for
// tilted ones.
func (b *ledger) save(i int, old []int, budgets []schedule.Budget, costs [][]int64, change int64) ([]int, error) {
	best, least := old, int64(math.MaxInt64)
	for _, tilted := range []float64{0, tilt} {
		row, cost, err := b.haggle(i, budgets, costs, change, tilted)
		if err != nil {
			return nil, err
		}
		if cost < least {
			best, least = row, cost
		}
	}
	return best, nil
}

// haggle is the cheapest row that keeps the budgets of those met while the tolls
// are looked for; of infinite cost if none did.
func (b *ledger) haggle(i int, budgets []schedule.Budget, costs [][]int64, change int64, tilted float64) (best []int, least int64, err error) {
	low, high, toll := make([]float64, len(budgets)), make([]float64, len(budgets)), make([]float64, len(budgets))
	for k := range toll {
		high[k] = math.Inf(1)
	}
	least = math.MaxInt64
	tolled, most := make([][]int64, b.steps), 1.0
	for _, hi := range b.Pools[i].Limits.Hi {
		most += float64(hi)
	}
	for range 24 {
		copy(tolled, costs)
		for k, x := range budgets {
			for t := x.From; t < x.To; t++ {
				each := int64(toll[k] * (1 + tilted*float64(t-x.From)/float64(x.To-x.From)))
				if each == 0 {
					continue
				}
				tolled[t] = slices.Clone(costs[t])
				for m := range tolled[t] {
					tolled[t][m] += each * int64(max(0, b.Pools[i].Limits.Lo[t]+m-x.Paid))
				}
			}
		}
		row, err := b.lone(i, b.Pools[i].Limits, tolled, change)
		if err != nil {
			return nil, 0, err
		}
		kept := true
		for k, x := range budgets {
			if over(row, x) {
				kept, low[k] = false, toll[k]
			} else {
				high[k] = toll[k]
			}
			if math.IsInf(high[k], 1) {
				toll[k] = min(max(float64(b.price[i]), 8*toll[k]), math.Ldexp(1, 58)/most)
			} else {
				toll[k] = (low[k] + high[k]) / 2
			}
		}
		if cost := b.costOf(i, row, costs, change); kept && cost < least {
			best, least = row, cost
		}
	}
	return best, least, nil
}

// costOf is what a row of pool i costs.
func (b *ledger) costOf(i int, row []int, costs [][]int64, change int64) int64 {
	l := b.Pools[i].Limits
	sum, before := int64(0), l.Before
	for t, n := range row {
		sum += costs[t][n-l.Lo[t]] + change*int64(max(n-before, before-n))
		before = n
	}
	return sum
}
