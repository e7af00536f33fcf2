package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/planner/share"
)

// A Quota is how many units of the pools that name it all services together may
// run.
type Quota struct {
	Name  string
	Units capacity.Units
}

// A Share is how much of its quotas a service may run, as the last run over the
// fleet has it. It holds until the next.
type Share struct {
	Made   time.Time
	Pools  []PoolShare     `json:",omitempty"`
	Budget capacity.Budget `json:",omitzero"` // its part of the one that Shared names
}

// A PoolShare is one pool's part.
type PoolShare struct {
	Pool  string
	Quota Quota
	Units capacity.Units
}

// withinShare lowers the bounds of pools to their share of the quotas that they
// count against, and says so. A pool that has none yet may not be planned.
func (a *Activities) withinShare(ctx context.Context, p capacity.Policy) (capacity.Policy, []string, error) {
	if !slices.ContainsFunc(p.Pools, func(pool capacity.Pool) bool { return pool.Quota != "" }) {
		return p, nil, nil
	}
	s, err := a.shareOf(ctx, p.Service)
	if err != nil {
		return p, nil, err
	}
	p.Pools = slices.Clone(p.Pools)
	var notes []string
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
			pool.Max, pool.Min, pool.Paid = part.Units, min(pool.Min, part.Units), min(pool.Paid, part.Units)
			notes = append(notes, fmt.Sprintf("%s may run %d of the %d units of the quota %s, its share of %s", pool.Name, part.Units, part.Quota.Units, pool.Quota, s.Made.UTC().Format(time.RFC3339)))
		}
	}
	return p, notes, nil
}

// shareOf is a service's share; that of none is zero.
func (a *Activities) shareOf(ctx context.Context, service string) (s Share, err error) {
	key := capacity.ShareKey(service)
	data, _, err := a.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, decode(key, data, &s)
}

// ShareInput names a run over a fleet whose drafts are made, the quotas and the
// budgets.
type ShareInput struct {
	Kind    FleetKind
	Run     string
	Chunks  int
	Now     time.Time
	Quotas  []Quota
	Budgets []SharedBudget `json:",omitempty"`
}

// ShareResult says how quotas and budgets were shared out.
type ShareResult struct {
	Quotas  []Sharing  `json:",omitempty"`
	Budgets []Spending `json:",omitempty"`
}

// Sentences say it, one for each.
func (r ShareResult) Sentences() []string {
	var all []string
	for _, s := range r.Quotas {
		all = append(all, s.String())
	}
	for _, s := range r.Budgets {
		all = append(all, s.String())
	}
	return all
}

// A Sharing says how one quota was shared out.
type Sharing struct {
	Quota  Quota
	Wanted capacity.Units // by all services at their peaks
	Least  capacity.Units // of all pools together, by their policies
	Pools  int
	Note   string `json:",omitempty"` // if it does not suffice for all minima
}

// String says it in a sentence.
func (s Sharing) String() string {
	text := fmt.Sprintf("quota %s: %s for %s, which want %d at their peaks", s.Quota.Name, capacity.Count(s.Quota.Units, "unit"), capacity.Count(s.Pools, "pool"), s.Wanted)
	if s.Note != "" {
		text += ": " + s.Note
	}
	return text
}

// Share shares quotas and budgets out among the services of a fleet, where units
// and money are worth most, by what each service would cost with more or less of
// them ([share.Allot]), and keeps each service's share. Units that nobody wants
// are split evenly, and money in proportion, so that plans made out of turn have
// room.
func (a *Activities) Share(ctx context.Context, in ShareInput) (out ShareResult, err error) {
	defer cross(&err)
	var drafts []fleetDraft
	for chunk := range in.Chunks {
		var some []fleetDraft
		err := a.getPart(ctx, chunkKey(in.Kind, in.Run, "drafts", chunk), &some)
		if err != nil && !errors.Is(err, capacity.ErrNotFound) { // a chunk that was lost wants nothing
			return out, err
		}
		drafts = append(drafts, some...)
	}
	slices.SortFunc(drafts, func(x, y fleetDraft) int { return strings.Compare(x.Service, y.Service) })
	shares := map[string]*Share{}
	of := func(service string) *Share {
		if shares[service] == nil {
			shares[service] = &Share{Made: in.Now}
		}
		return shares[service]
	}
	for _, quota := range in.Quotas {
		sharing, err := allot(drafts, quota, func(service string, part PoolShare) { of(service).Pools = append(of(service).Pools, part) })
		if err != nil {
			return out, err
		}
		out.Quotas = append(out.Quotas, sharing)
	}
	for _, budget := range in.Budgets {
		spending, err := allotBudget(drafts, budget, func(service string, b capacity.Budget) {
			b.Shared = budget.Name
			of(service).Budget = b
		})
		if err != nil {
			return out, err
		}
		out.Budgets = append(out.Budgets, spending)
	}
	for _, d := range drafts {
		if s := shares[d.Service]; s != nil {
			if _, err := a.swapPart(ctx, capacity.ShareKey(d.Service), s); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// allot shares one quota out among the pools that count against it.
func allot(drafts []fleetDraft, quota Quota, give func(service string, part PoolShare)) (Sharing, error) {
	out := Sharing{Quota: quota}
	var wants []share.Want
	var curves []costCurve
	var services []string
	for _, d := range drafts {
		for _, c := range d.Curves {
			if c.Quota != quota.Name {
				continue
			}
			peak := c.Units[len(c.Units)-1]
			wants = append(wants, share.Want{Service: d.Service + "/" + c.Pool, Min: int(c.Units[0]), Max: int(peak), Cost: c.costs()})
			curves, services = append(curves, c), append(services, d.Service)
			out.Wanted, out.Least, out.Pools = out.Wanted+peak, out.Least+c.Units[0], out.Pools+1
		}
	}
	shares, err := share.Allot(wants, int(quota.Units))
	if errors.Is(err, capacity.ErrRefused) {
		out.Note = err.Error()
	} else if err != nil {
		return out, err
	}
	left := int(quota.Units)
	for _, units := range shares {
		left -= units
	}
	for i, units := range shares {
		even := left / (len(shares) - i)
		spare := min(even, max(0, int(curves[i].Most)-units))
		left -= spare
		give(services[i], PoolShare{Pool: curves[i].Pool, Quota: quota, Units: capacity.Units(units + spare)})
	}
	return out, nil
}
