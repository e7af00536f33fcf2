package schedule_test

import (
	"math/rand/v2"
	"testing"

	"headroom/planner/schedule"
)

// narrowed is the problem within the band of units that cost or save at least
// clear in a step.
func (p problem) narrowed(clear int64) problem {
	l := p.limits
	least, most := make([]int, len(p.costs)), make([]int, len(p.costs))
	for t, row := range p.costs {
		first, last := 0, 0
		for i := 1; i < len(row); i++ {
			if row[i]-row[i-1] <= -clear {
				first = i
			}
			if row[i]-row[i-1] < clear {
				last = i
			}
		}
		least[t], most[t] = l.Lo[t]+first, l.Lo[t]+last
	}
	patience := int(2*p.change/clear) + 1
	q := p
	q.limits.Lo, q.limits.Hi = l.Band(least, most, patience, patience)
	q.costs = make([][]int64, len(p.costs))
	for t := range q.costs {
		q.costs[t] = p.costs[t][q.limits.Lo[t]-l.Lo[t] : q.limits.Hi[t]-l.Lo[t]+1]
	}
	return q
}

// The band holds the optimum, whatever counts as clear.
func TestLimits_Band(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 6))
	narrower := 0
	for range cases(5_000) {
		p := randomProblem(r, 1+r.IntN(20), 1+r.IntN(8))
		p.limits.Changes, p.limits.Budgets = 0, nil
		if r.IntN(4) > 0 {
			clear(p.limits.Hold)
		}
		units, _, err := schedule.Solve(p.limits, p.costs, p.change)
		if err != nil {
			continue
		}
		q := p.narrowed(1 + r.Int64N(5))
		for i := range q.costs {
			narrower += len(p.costs[i]) - len(q.costs[i])
		}
		within, _, err := schedule.Solve(q.limits, q.costs, q.change)
		if err != nil || p.worth(within) != p.worth(units) {
			t.Fatalf("got %v, %v in the band %v to %v, want %v for %+v", within, err, q.limits.Lo, q.limits.Hi, units, p)
		}
	}
	if narrower == 0 {
		t.Error("no band was narrower than the bounds")
	}
}
