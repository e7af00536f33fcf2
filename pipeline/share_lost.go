package pipeline

import (
	"slices"
	"time"

	"headroom/capacity"
)

// longestDay is how many hours a day has at most, when clocks are put back.
const longestDay = 25

// LastShare is what a service may use of its quotas and of its shared budget while its
// share cannot be read: what its last plan was made within, or, where there is none, its
// minima.
func LastShare(p capacity.Policy, last StoredPlan, now time.Time) Share {
	s, within := Share{Made: last.Plan.Made}, "the limits of its last plan"
	if last.Plan.ID == "" {
		s.Made, within = now, "min of each pool, since there is no earlier plan either"
	}
	s.note = "the service's share of quotas and budgets cannot be read: planned within " + within + ", until `headroom fleet plan DIR` shares them out again"
	least := 0.0
	for _, pool := range p.Pools {
		least += float64(max(0, pool.Min-pool.Paid)) * pool.Price
		if pool.Quota == "" {
			continue
		}
		most := pool.Min
		if at := slices.IndexFunc(last.Policy.Pools, func(other capacity.Pool) bool { return other.Name == pool.Name && other.Quota == pool.Quota }); at >= 0 {
			most = last.Policy.Pools[at].Max
		}
		s.Pools = append(s.Pools, PoolShare{Pool: pool.Name, Quota: Quota{pool.Quota, most}, Units: most})
	}
	if name := p.Objective.Budget.Shared; name != "" {
		s.Budget = capacity.Budget{Shared: name, Amount: least * longestDay, Per: capacity.Day}
		if b := last.Policy.Objective.Budget; last.Asked.Objective.Budget.Shared == name && b.Limited() {
			s.Budget.Amount, s.Budget.Per = b.Amount, b.Per
		}
	}
	return s
}
