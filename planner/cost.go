package planner

import (
	"math"
	"math/bits"
)

// wish is what the objective says about one step if there were no limits.
type wish struct {
	need  float64 // units, at the risk level
	units int     // the cheapest number; the fewest of several
}

// quanta is how many parts the larger of the two prices is counted in. It is
// coarse enough that a rounding error vanishes, and divisible by so much that
// the thirds and tenths which people's numbers lead to stay whole.
const quanta = 720_720 * 1_000_000

// costs gives every number of units from lo[t] to hi[t] of step t a whole
// number, so that the cheapest plan has the least sum and equal plans have
// equal sums. A constant per step is left out. All sums stay below 2^61.
func costs(in Input, ds []need, wishes []wish, l limits) [][]int64 {
	widest := 1
	for t := range ds {
		widest = max(widest, l.hi[t])
	}
	room := bits.Len(uint(widest)) + bits.Len(uint(len(ds)))
	price, missing := in.Policy.Pools[0].Price, in.Policy.Objective.Missing
	most, scale := max(price, missing), min(quanta, math.Ldexp(1, 60-room))

	// What the unit after the n-th costs, less what it saves.
	extra := func(t, n int, saved float64) int64 {
		if missing > 0 {
			e := int64(math.Round(scale * (price/most - missing/most*saved)))
			if e == 0 && saved == 0 && price > 0 {
				e = 1 // however cheap, it is not free
			}
			return e
		}
		var e int64
		if price > 0 {
			e = 1
		}
		if n < wishes[t].units {
			e -= 1 << room // more than all units of all steps cost
		}
		return e
	}

	all := make([][]int64, len(ds))
	for t, d := range ds {
		all[t] = make([]int64, l.hi[t]-l.lo[t]+1)
		// Most numbers are where a unit surely serves, or surely does not.
		served := extra(t, l.lo[t], 1)
		for i := 1; i < len(all[t]); i++ {
			n, e := l.lo[t]+i-1, served
			if missing == 0 || float64(n)+1 > d.points[0] {
				e = extra(t, n, d.saves(n))
			}
			all[t][i] = all[t][i-1] + e
			if missing > 0 && float64(n) >= d.points[len(d.points)-1] {
				for k := i + 1; k < len(all[t]); k++ {
					all[t][k] = all[t][k-1] + e
				}
				break
			}
		}
	}
	return all
}
