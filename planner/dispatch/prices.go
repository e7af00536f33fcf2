package dispatch

import "math"

// prices are what load and money are worth by themselves, so that each pool can
// be planned alone: the multipliers of Lagrange of the equation that what is
// served is what the pools serve, and of the budgets.
type prices struct {
	load  [][]float64 // parts for a unit of load, of each step and loss, from 0 to weight
	money []float64   // what a part is worth beyond itself, of each budget
}

// credit is what a unit of pool i earns in step t, in parts.
func (b *ledger) credit(p prices, i, t int) int64 {
	sum := 0.0
	for k, c := range b.losses {
		sum += c.chance * c.rates[i] * p.load[t][k]
	}
	return int64(math.Round(sum))
}

// alone is what n units of pool i take less what they earn in step t, where one
// earns credit.
func (b *ledger) alone(p prices, i, t, n int, credit int64) int64 {
	cost := b.spend(i, n)
	if k := b.open[t]; k >= 0 && p.money[k] > 0 {
		cost += int64(max(0, n-b.Pools[i].Paid)) * int64(math.Round(float64(b.price[i])*p.money[k]))
	}
	return cost - credit*int64(n)
}

// bought is the load at which step t is served best if load can be bought at
// these prices, of each loss, and what that costs at least.
func (b *ledger) bought(p prices, t int, most, load []float64) float64 {
	sum := 0.0
	for k, c := range b.losses {
		price, s := p.load[t][k], 0.0
		if b.weight > 0 {
			s = b.Loads[t].enough(price / b.weight)
		}
		s = min(s, most[k])
		load[k] = s
		sum += c.chance * (b.weight*b.Loads[t].short(s) + price*s)
	}
	return sum
}

// mostServed is the load that all units of step t serve, of each loss.
func (b *ledger) mostServed(t int) []float64 {
	most := make([]float64, len(b.losses))
	for i, pool := range b.Pools {
		b.serve(most, i, pool.Limits.Hi[t])
	}
	return most
}
