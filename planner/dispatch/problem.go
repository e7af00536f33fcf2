package dispatch

import (
	"math"
	"slices"

	"headroom/planner/schedule"
)

// A Pool is units of one kind.
type Pool struct {
	Rate   float64 // load that one unit serves, above 0
	Price  float64 // money for one unit through one step
	Change float64 // money for each unit that is started or stopped
	Paid   int     // the first Paid units of each step cost nothing
	// Lost is the chance, in [0, 1), that a step finds all units of the pool
	// taken back. Pools are lost independently of each other.
	Lost float64
	// Limits is what the numbers of the pool may do. Its Budgets must be empty:
	// money is limited by [Problem.Budgets].
	Limits schedule.Limits
}

// A Problem is pools that serve one load together, step by step.
type Problem struct {
	Pools []Pool
	Loads []Load // of each step
	// Missing is money for one unit of load that is missing through one step.
	// Zero: what is expected to be missing, summed over all steps, counts before
	// any money.
	Missing float64
	Budgets []Budget // no two of them share a step
}

// A Budget is the most money that the units of all pools may take in the steps
// [From, To), without what is paid for anyway and without changes.
type Budget struct {
	From, To int
	Most     float64
}

// A Solution is how many units each pool runs.
type Solution struct {
	Units [][]int // Units[i][t] is of pool i in step t
	// Cost is the money for units and changes and, unless Missing is zero, for
	// the load that is expected to be missing.
	Cost float64
	// Short is the load that is expected to be missing, summed over the steps.
	Short float64
	// Bound is proven: no units within the limits cost less, or, if Missing is
	// zero, none of those that are short of as little. It equals Cost if the
	// solution is proven to be the best, and is 0 if nothing is known.
	Bound float64
}

// peak is the highest load that is possible.
func (p Problem) peak() float64 {
	peak := 0.0
	for _, l := range p.Loads {
		peak = max(peak, l.Points[len(l.Points)-1])
	}
	return peak
}

// capped is the same problem without numbers of units that nobody needs: more of
// a pool than serve the highest load alone, are there already or have to be.
// Whatever runs more costs no less with the cap, and keeps every limit.
func (p Problem) capped() Problem {
	p.Pools = slices.Clone(p.Pools)
	for i := range p.Pools {
		pool := &p.Pools[i]
		enough := int(min(mostUnits, math.Ceil(p.peak()/pool.Rate)))
		enough = max(enough, pool.Limits.Before, slices.Max(pool.Limits.Lo))
		pool.Limits.Hi = slices.Clone(pool.Limits.Hi)
		for t, hi := range pool.Limits.Hi {
			pool.Limits.Hi[t] = min(hi, enough)
		}
	}
	return p
}
