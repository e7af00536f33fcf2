package pipeline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"headroom/capacity"
)

// TestCostCurve_Convex: between and at the numbers that were worked out the
// envelope lies on or just below them, and to the bit no further unit saves more
// than the one before.
func TestCostCurve_Convex(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 500 {
		c := costCurve{}
		units, cost := capacity.Units(rng.IntN(3)), math.Exp(20*rng.Float64()-5)
		for range 1 + rng.IntN(places) {
			c.Units, c.Cost = append(c.Units, units), append(c.Cost, cost)
			units += capacity.Units(1 + rng.IntN(300))
			cost *= 0.5 + 0.6*rng.Float64()
		}
		costs := c.costs()
		for i, at := range c.Units {
			if got := costs(int(at)); got > c.Cost[i]*(1+1e-9) {
				t.Fatalf("round %d: %d units cost %v, the envelope says %v", round, at, c.Cost[i], got)
			}
		}
		for n := int(c.Units[0]) + 2; n <= int(c.Units[len(c.Units)-1]); n++ {
			if costs(n-1)-costs(n) > costs(n-2)-costs(n-1) {
				t.Fatalf("round %d: unit %d saves more than the one before", round, n)
			}
		}
	}
}

// TestAllot_ManyServices: a quota of 100,000 units among 2,000 services is shared
// out one by one. Where all are alike but for what a missing unit costs, who
// saves more gets no less.
func TestAllot_ManyServices(t *testing.T) {
	const services, quota = 2000, 100_000
	var drafts []Draft
	for i := range services {
		c := costCurve{Pool: "a", Quota: "g5", Most: 500}
		for units := capacity.Units(10); units <= 150; units += 20 {
			c.Units = append(c.Units, units)
			c.Cost = append(c.Cost, float64(i+1)*1000/float64(units)+float64(units)/100)
		}
		drafts = append(drafts, Draft{Service: fmt.Sprintf("s%04d", i), Curves: []costCurve{c}})
	}
	var shares []capacity.Units
	total := capacity.Units(0)
	sharing, err := allot(drafts, Quota{Name: "g5", Units: quota}, func(_ string, part PoolShare) {
		shares = append(shares, part.Units)
		total += part.Units
	})
	if err != nil {
		t.Fatal(err)
	}
	if total != quota || sharing.Pools != services || sharing.Wanted != 150*services {
		t.Errorf("got %+v and %d units in all, want all %d", sharing, total, quota)
	}
	for i := 1; i < services; i++ {
		if shares[i] < shares[i-1] {
			t.Fatalf("service %d saves more and has %d units, the one before has %d", i, shares[i], shares[i-1])
		}
	}
}
