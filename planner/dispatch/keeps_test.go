package dispatch_test

import (
	"testing"

	"headroom/planner/dispatch"
)

// keeps checks every limit, written down anew.
func keeps(tb testing.TB, p dispatch.Problem, s dispatch.Solution) {
	tb.Helper()
	for i, pool := range p.Pools {
		l, before, changes := pool.Limits, pool.Limits.Before, 0
		noChange, noRise := 0, 0 // until which step
		for t, n := range s.Units[i] {
			d := n - before
			if n < l.Lo[t] || n > l.Hi[t] || d > l.Up[t] || -d > l.Down[t] || d != 0 && t < noChange || d > 0 && t < noRise {
				tb.Errorf("pool %d, step %d: %d after %d breaks its limits: %+v", i, t, n, before, l)
			}
			if d != 0 {
				changes++
				noChange = t + l.Hold[t] + 1
			}
			if d < 0 {
				noRise = max(noRise, t+l.Dip[t]+1)
			}
			before = n
		}
		if l.Changes > 0 && changes > l.Changes {
			tb.Errorf("pool %d changes %d times, want at most %d", i, changes, l.Changes)
		}
	}
	for _, b := range p.Budgets {
		spent := 0.0
		for i, pool := range p.Pools {
			for _, n := range s.Units[i][b.From:b.To] {
				spent += pool.Price * float64(max(0, n-pool.Paid))
			}
		}
		if spent > b.Most*(1+1e-9)+1e-9 {
			tb.Errorf("steps %d to %d cost %v, want at most %v", b.From, b.To, spent, b.Most)
		}
	}
}
