package dispatch

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// least are units that spend as little as the limits allow, so that whatever is
// better can be reached from them within the budgets. Where they exceed one, its
// money is made dearer until another budget pays for it.
func (b *ledger) least() ([][]int, error) {
	dear := slices.Repeat([]int64{1}, max(1, len(b.Budgets)))
	for {
		units := make([][]int, len(b.Pools))
		for i, pool := range b.Pools {
			costs := make([][]int64, b.steps)
			for t := range costs {
				times := int64(1)
				if k := b.open[t]; k >= 0 {
					times = dear[k]
				}
				for n := pool.Limits.Lo[t]; n <= pool.Limits.Hi[t]; n++ {
					costs[t] = append(costs[t], times*int64(max(0, n-pool.Paid)))
				}
			}
			row, err := b.lone(i, pool.Limits, costs, 0)
			if err != nil {
				return nil, err
			}
			units[i] = row
		}
		over := b.overspent(units)
		if len(over) == 0 || slices.Max(over) == 0 {
			return units, nil
		}
		if slices.Max(dear) >= mostDear {
			return nil, b.tooDear(units, over)
		}
		for k := range over {
			if over[k] > 0 {
				dear[k] *= 2
			}
		}
	}
}

// mostDear is how many times as dear money of one budget can be as that of
// another.
const mostDear = 1 << 16

// tooDear says which budget cannot pay for what must run, and what could.
func (b *ledger) tooDear(units [][]int, over []int64) error {
	k := slices.IndexFunc(over, func(o int64) bool { return o > 0 })
	budget, takes := b.Budgets[k], 0.0
	for i, row := range units {
		for _, n := range row[budget.From:budget.To] {
			takes += b.Pools[i].Price * float64(max(0, n-b.Pools[i].Paid))
		}
	}
	return fmt.Errorf("dispatch: budget %g of steps %d to %d cannot pay the least that the limits allow: it takes at least %g: %w",
		budget.Most, budget.From, budget.To, takes, capacity.ErrBadPolicy)
}

// merit is the order of the pools by the price of the load they serve, the
// cheapest first.
func (b *ledger) merit() []int {
	order := make([]int, len(b.Pools))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(b.Pools[i].Price/b.Pools[i].Rate, b.Pools[j].Price/b.Pools[j].Rate)
	})
	return order
}

// margins are the prices at which one more unit of load just does not pay beside
// the given units.
func (b *ledger) margins(units [][]int) prices {
	p := prices{load: b.level(), money: make([]float64, len(b.Budgets))}
	served := make([]float64, len(b.losses))
	for t, row := range p.load {
		clear(served)
		cheapest := math.Inf(1)
		for i, pool := range b.Pools {
			b.serve(served, i, units[i][t])
			if units[i][t] < pool.Limits.Hi[t] {
				cheapest = min(cheapest, float64(b.price[i])/pool.Rate)
			}
		}
		for k := range row {
			row[k] = b.weight * b.Loads[t].beyond(served[k])
			if b.grain > 0 && row[k] == 0 {
				row[k] = min(b.weight, cheapest)
			}
		}
	}
	return p
}
