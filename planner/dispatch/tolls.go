package dispatch

import (
	"fmt"
	"math"
	"slices"
)

// mostTolls is how many prices of money are tried before the ascent.
const mostTolls = 24

// toll finds the prices of money at which the pools, planned alone at the given
// prices of load, just keep the budgets, by doubling and halving. Where a budget is
// tight they are far from zero, and the ascent alone would take very many rounds to
// come near them. Without a budget that binds, they are zero.
func (b *ledger) toll(p prices, exact bool) (prices, error) {
	if len(b.Budgets) == 0 {
		return p, nil
	}
	best, most := p, int64(math.MinInt64)
	p = p.clone()
	low, high := make([]float64, len(p.money)), slices.Repeat([]float64{b.dearest}, len(p.money))
	bounded := make([]bool, len(p.money)) // the budget was kept at high
	slopes := b.level()
	for range mostTolls {
		rows, bound, err := b.relax(p, slopes, exact)
		if err != nil {
			return prices{}, fmt.Errorf("price the budgets: %w", err)
		}
		if bound > most {
			best, most = p.clone(), bound
		}
		moved := false
		for k, over := range b.excess(rows) {
			before := p.money[k]
			switch {
			case over > 0:
				low[k] = before
			case before > 0:
				high[k], bounded[k] = before, true
			default:
				continue // kept for nothing
			}
			if bounded[k] {
				p.money[k] = (low[k] + high[k]) / 2
			} else {
				p.money[k] = min(max(1, 4*before), b.dearest)
			}
			moved = moved || math.Abs(p.money[k]-before) > 1e-3*p.money[k]
		}
		if !moved {
			break
		}
	}
	return best, nil
}
