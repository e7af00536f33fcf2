package dispatch

import (
	"math"
	"slices"
)

// mostRounds is how often descend goes through the pools: it ends by itself long
// before.
const mostRounds = 50

// descend plans one pool after the other exactly, in the given order, while the
// others stay, until nothing improves.
func (b *ledger) descend(units [][]int, order []int) ([][]int, error) {
	units = slices.Clone(units)
	best := b.worth(units)
	still := 0
	for range mostRounds {
		for _, i := range order {
			row, err := b.plan(i, units, b.beside(i, units), b.change[i])
			if err != nil {
				return nil, err
			}
			old := units[i]
			units[i] = row
			if w := b.worth(units); w.less(best) {
				best, still = w, 0
				continue
			}
			units[i] = old
			if still++; still == len(order) {
				return units, nil
			}
		}
	}
	return units, nil
}

// beside is what each number of pool i costs in each step while the others run
// what they run.
func (b *ledger) beside(i int, units [][]int) [][]int64 {
	l := b.Pools[i].Limits
	costs := make([][]int64, b.steps)
	others, served := make([]float64, len(b.losses)), make([]float64, len(b.losses))
	for t := range costs {
		clear(others)
		for j, row := range units {
			if j != i {
				b.serve(others, j, row[t])
			}
		}
		costs[t] = make([]int64, l.Hi[t]-l.Lo[t]+1)
		for k := range costs[t] {
			copy(served, others)
			b.serve(served, i, l.Lo[t]+k)
			costs[t][k] = b.spend(i, l.Lo[t]+k) + b.missing(t, served)
		}
		straighten(costs[t])
	}
	return costs
}

// follow plans each pool to run as nearly as it can what is wanted of it, within
// what the others leave of the budgets.
func (b *ledger) follow(units [][]int, want [][]float64) ([][]int, error) {
	units = slices.Clone(units)
	for i, pool := range b.Pools {
		costs := make([][]int64, b.steps)
		for t := range costs {
			for n := pool.Limits.Lo[t]; n <= pool.Limits.Hi[t]; n++ {
				costs[t] = append(costs[t], int64(math.Round(1024*math.Abs(float64(n)-want[i][t]))))
			}
		}
		row, err := b.plan(i, units, costs, 0)
		if err != nil {
			return nil, err
		}
		units[i] = row
	}
	return units, nil
}

// straighten makes costs convex that are so but for rounding, which makes them
// much easier to plan for.
func straighten(costs []int64) {
	off, step := int64(0), int64(math.MinInt64)
	for k := 1; k < len(costs); k++ {
		if d := costs[k] - costs[k-1]; d < step {
			off += step - d
		} else {
			step = d
		}
	}
	if off == 0 || off > int64(8*len(costs)) {
		return
	}
	step = math.MinInt64
	last := costs[0]
	for k := 1; k < len(costs); k++ {
		step = max(step, costs[k]-last)
		last, costs[k] = costs[k], costs[k-1]+step
	}
}
