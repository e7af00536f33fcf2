package pipeline

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// A Quota is how many units of the pools that name it all services together may
// run.
type Quota struct {
	Name  string
	Units capacity.Units
}

// A SharedBudget is the most money that the services which name it may take
// together in each period.
type SharedBudget struct {
	Name   string
	Amount float64
	Per    capacity.Period
}

// A Share is how much of its quotas and of its shared budget a service may use, as the
// last run over all services has it. It holds until the next.
type Share struct {
	Made   time.Time
	Pools  []PoolShare     `json:",omitempty"`
	Budget capacity.Budget `json:",omitzero"` // its part of the one that Shared names

	note string // what a plan's reader should know of it
}

// A PoolShare is one pool's part.
type PoolShare struct {
	Pool  string
	Quota Quota
	Units capacity.Units
}

// NeedsShare reports whether a policy counts against a quota or a shared budget.
func NeedsShare(p capacity.Policy) bool {
	return p.Objective.Budget.Shared != "" || slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return pool.Quota != "" })
}

// ApplyShare lowers the limits of a policy to its share of the quotas and of the shared
// budget that it names, and says so in notes. A service that has no share of one of
// them may not be planned: that is an ErrRefused.
func ApplyShare(p capacity.Policy, s Share) (capacity.Policy, []string, error) {
	p.Pools = slices.Clone(p.Pools)
	var notes []string
	if s.note != "" {
		notes = append(notes, s.note)
	}
	for i := range p.Pools {
		pool := &p.Pools[i]
		if pool.Quota == "" {
			continue
		}
		at := slices.IndexFunc(s.Pools, func(other PoolShare) bool { return other.Pool == pool.Name && other.Quota.Name == pool.Quota })
		if at < 0 {
			return p, nil, fmt.Errorf("plan %q: the pool %s has no share of the quota %s yet: run `headroom fleet plan DIR --quota %s=UNITS`: %w", p.Service, pool.Name, pool.Quota, pool.Quota, capacity.ErrRefused)
		}
		if part := s.Pools[at]; part.Units < pool.Max {
			*pool = limited(*pool, part.Units)
			notes = append(notes, fmt.Sprintf("%s may run %d of the %d units of the quota %s, its share of %s", pool.Name, part.Units, part.Quota.Units, pool.Quota, stamp(s.Made)))
		}
	}
	name := p.Objective.Budget.Shared
	if name == "" {
		return p, notes, nil
	}
	if s.Budget.Shared != name {
		return p, nil, fmt.Errorf("plan %q: it has no share of the budget %s yet: run `headroom fleet plan DIR --budget %s=\"AMOUNT per day\"`: %w", p.Service, name, name, capacity.ErrRefused)
	}
	b := s.Budget
	p.Objective.Budget = capacity.Budget{Amount: b.Amount, Per: b.Per}
	return p, append(notes, fmt.Sprintf("%s per %s may be spent, the share of the budget %s of %s", capacity.Figure(b.Amount), b.Per, name, stamp(s.Made))), nil
}

// notShared says of each quota and budget of a policy that it sets no limit to a plan
// for which nothing is shared out.
func notShared(p capacity.Policy) (notes []string) {
	for _, pool := range p.Pools {
		if pool.Quota != "" {
			notes = append(notes, fmt.Sprintf("%s counts against the quota %s, which is shared out only where the fleet is planned: here it is no limit", pool.Name, pool.Quota))
		}
	}
	if shared := p.Objective.Budget.Shared; shared != "" {
		notes = append(notes, fmt.Sprintf("the budget %s is shared out only where the fleet is planned: here it is no limit", shared))
	}
	return notes
}

// limited is a pool that may run no more than most units.
func limited(pool capacity.Pool, most capacity.Units) capacity.Pool {
	pool.Max, pool.Min, pool.Paid = most, min(pool.Min, most), min(pool.Paid, most)
	return pool
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
