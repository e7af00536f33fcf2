package dispatch

import (
	"fmt"
	"math"
	"slices"

	"headroom/planner/schedule"
)

// A dual is the best of what was proven by pricing load and money.
type dual struct {
	prices
	bound int64       // no units cost less
	mean  [][]float64 // what the pools ran at these prices on average
}

// ascend looks for the prices that prove the most: at any prices, the least that
// the pools cost alone plus the least that the load costs is a bound (Geoffrion,
// "Lagrangean relaxation for integer programming", Mathematical Programming
// Study 2, 1974). It follows the subgradient with Polyak's step, smoothed over
// rounds (Camerini, Fratta and Maffioli, Mathematical Programming Study 3, 1975).
func (b *ledger) ascend(p prices, best int64, rounds int) (dual, error) {
	d := dual{bound: math.MinInt64}
	slopes := b.level()
	way := prices{load: b.level(), money: make([]float64, len(b.Budgets))}
	weigh := b.typical(p)
	pace, stale, exact := 1.0, 0, b.numbers() <= mostExact || !b.counted()
	p, err := b.toll(p, exact)
	if err != nil {
		return dual{}, err
	}
	for round := range rounds {
		rows, bound, err := b.relax(p, slopes, exact)
		if err != nil {
			return dual{}, err
		}
		d.blend(rows, round)
		if stale++; bound > d.bound {
			d.prices, d.bound, stale = p.clone(), bound, 0
		}
		if stale == 12 {
			// Go on from the best prices with smaller steps.
			p, stale, pace = d.clone(), 0, pace/2
		}
		norm := 0.0
		for t, row := range slopes {
			for k, slope := range row {
				way.load[t][k] = slope + 0.6*way.load[t][k]
				if p.load[t][k] <= 0 && way.load[t][k] < 0 || p.load[t][k] >= b.weight && way.load[t][k] > 0 {
					way.load[t][k] = 0
				}
				norm += b.losses[k].chance * way.load[t][k] * way.load[t][k]
			}
		}
		for k, over := range b.excess(rows) {
			way.money[k] = over*weigh + 0.6*way.money[k]
			if p.money[k] <= 0 && way.money[k] < 0 {
				way.money[k] = 0
			}
			norm += way.money[k] * way.money[k]
		}
		if norm == 0 || bound >= best {
			break
		}
		length := pace * float64(best-bound) / norm
		for t, row := range p.load {
			for k := range row {
				row[k] = min(max(0, row[k]+length*way.load[t][k]), b.weight)
			}
		}
		for k := range p.money {
			p.money[k] = min(max(0, p.money[k]+length*weigh*way.money[k]), b.dearest)
		}
	}
	if !exact {
		_, bound, err := b.relax(d.prices, b.level(), true)
		if err != nil {
			return dual{}, err
		}
		d.bound = max(d.bound, bound)
	}
	d.bound -= b.slack
	return d, nil
}

// relax plans each pool alone at the given prices. It returns what they run and
// what that proves, and puts the slope of that along the price of load into
// slopes. Unless it is to be exact, it lets pools change as often as they like,
// which proves less and takes less.
func (b *ledger) relax(p prices, slopes [][]float64, exact bool) (rows [][]int, bound int64, err error) {
	for t, row := range slopes {
		bound += int64(b.bought(p, t, b.mostServed(t), row))
	}
	for k := range b.Budgets {
		bound -= int64(p.money[k] * float64(b.most[k]))
	}
	served := make([]float64, len(b.losses))
	for i, pool := range b.Pools {
		l := pool.Limits
		if !exact {
			l.Changes = 0
		}
		costs := make([][]int64, b.steps)
		for t := range costs {
			costs[t] = b.aloneIn(p, i, t, l.Lo[t], l.Hi[t])
			least := slices.Min(costs[t])
			bound += least
			for k := range costs[t] {
				costs[t][k] -= least
			}
		}
		row, gap, err := schedule.Solve(l, costs, b.change[i])
		if err != nil {
			return nil, 0, fmt.Errorf("dispatch: pool %d: %w", i, err)
		}
		bound += b.costOf(i, row, costs, b.change[i]) - gap
		for t, n := range row {
			clear(served)
			b.serve(served, i, n)
			for k := range served {
				slopes[t][k] -= served[k]
			}
		}
		rows = append(rows, row)
	}
	return rows, bound, nil
}

// excess is by how much each budget is exceeded; negative if it is not.
func (b *ledger) excess(rows [][]int) []float64 {
	over := make([]float64, len(b.Budgets))
	for k, budget := range b.Budgets {
		over[k] = -float64(b.most[k])
		for i, row := range rows {
			for _, n := range row[budget.From:budget.To] {
				over[k] += float64(b.spend(i, n))
			}
		}
	}
	return over
}

// blend adds what the pools ran to the average, in which recent rounds count
// most.
func (d *dual) blend(rows [][]int, round int) {
	share := max(0.08, 1/float64(round+1))
	for i, row := range rows {
		if round == 0 {
			d.mean = append(d.mean, make([]float64, len(row)))
		}
		for t, n := range row {
			d.mean[i][t] += share * (float64(n) - d.mean[i][t])
		}
	}
}

func (p prices) clone() prices {
	c := prices{money: slices.Clone(p.money)}
	for _, row := range p.load {
		c.load = append(c.load, slices.Clone(row))
	}
	return c
}

// level is a number for each step and loss.
func (b *ledger) level() [][]float64 {
	rows := make([][]float64, b.steps)
	for t := range rows {
		rows[t] = make([]float64, len(b.losses))
	}
	return rows
}

// typical is one over the mean price of load: it makes a step of the price of
// money, which is a ratio, comparable to one of the price of load.
func (b *ledger) typical(p prices) float64 {
	sum := 0.0
	for _, row := range p.load {
		for _, v := range row {
			sum += v
		}
	}
	if sum == 0 {
		return 1
	}
	return float64(b.steps*len(b.losses)) / sum
}
