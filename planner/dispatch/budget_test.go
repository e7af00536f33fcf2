package dispatch_test

import (
	"fmt"
	"testing"

	"headroom/planner/dispatch"
)

// TestSolve_TightBudget: where budgets pay for a part only of what is wanted, the
// money is spent where it helps most, and the bound shows it. Every step that goes
// short loses the same by a unit less, so one price of money for all of them takes
// far too much or far too little.
func TestSolve_TightBudget(t *testing.T) {
	free := days(288)
	free.Missing = 20
	whole, err := dispatch.Solve(free)
	if err != nil {
		t.Fatal(err)
	}
	for i := range free.Pools {
		free.Pools[i].Change = 0
	}
	parts := []float64{0.05, 0.2, 0.4, 0.6, 0.8, 0.95}
	if testing.Short() {
		parts = []float64{0.05, 0.4}
	}
	for _, days := range []int{1, 2} {
		for _, part := range parts {
			t.Run(fmt.Sprintf("%g of it in %d budgets", part, days), func(t *testing.T) {
				p := free
				for d := range days {
					b := dispatch.Budget{From: d * 288 / days, To: (d + 1) * 288 / days}
					b.Most = part * spends(p, whole.Units, b)
					p.Budgets = append(p.Budgets, b)
				}
				got, err := dispatch.Solve(p)
				if err != nil {
					t.Fatal(err)
				}
				keeps(t, p, got)
				for _, b := range p.Budgets {
					if spent := spends(p, got.Units, b); spent < 0.98*b.Most {
						t.Errorf("%g of the budget %g is spent, and %g of load is missing", spent, b.Most, got.Short)
					}
				}
				if gap := (got.Cost - got.Bound) / got.Cost; gap > 0.2 {
					t.Errorf("the cost is %g and the bound %g, %.1f%% below it", got.Cost, got.Bound, 100*gap)
				}
			})
		}
	}
}

// spends is what units take of a budget.
func spends(p dispatch.Problem, units [][]int, b dispatch.Budget) float64 {
	sum := 0.0
	for i, pool := range p.Pools {
		for _, n := range units[i][b.From:b.To] {
			sum += pool.Price * float64(max(0, n-pool.Paid))
		}
	}
	return sum
}
