package dispatch_test

import (
	"testing"

	"headroom/planner/dispatch"
)

// TestSolve_Extreme: numbers of very different size neither overflow nor hide
// each other.
func TestSolve_Extreme(t *testing.T) {
	for name, test := range map[string]struct {
		missing, price, rate, load float64
		high                       int
		want                       int // units in each step
	}{
		"room far above the load":     {10, 1, 1, 3, 1_000_000, 3},
		"dear load":                   {1e15, 1e-6, 1, 7, 10_000, 7},
		"dear units":                  {1e-6, 1e14, 1, 7, 10_000, 0},
		"money of nothing":            {0, 0, 1, 7, 100, 7},
		"no price, nothing missing":   {0, 1, 3, 1e9, 500, 500},
		"small units":                 {10, 1e-3, 1e-3, 0.5, 1000, 500},
		"large units":                 {10, 1e12, 1e12, 5e12, 1000, 5},
		"no load":                     {10, 1, 1, 0, 1000, 0},
		"no load, nothing is missing": {0, 1, 1, 0, 1000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := dispatch.Problem{Missing: test.missing}
			for range 3 {
				p.Loads = append(p.Loads, dispatch.Certain(test.load))
			}
			for _, dearer := range []float64{1, 1.5} {
				p.Pools = append(p.Pools, dispatch.Pool{
					Rate: test.rate, Price: dearer * test.price, Limits: steady(3, 0, 0, test.high, test.high),
				})
			}
			p.Pools[1].Limits = steady(3, 0, 0, 0, 0)
			got, err := dispatch.Solve(p)
			if err != nil {
				t.Fatal(err)
			}
			for step, n := range got.Units[0] {
				if n != test.want {
					t.Errorf("step %d runs %d, want %d", step, n, test.want)
				}
			}
			if got.Bound > got.Cost {
				t.Errorf("bound %v is above the cost %v", got.Bound, got.Cost)
			}
		})
	}
}
