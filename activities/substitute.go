package activities

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// SubstituteInput is an action that left units missing, and the pools that are
// not to be asked: those that have failed already.
type SubstituteInput struct {
	Policy  capacity.Policy
	Clock   capacity.Clock
	Action  capacity.Action
	Missing capacity.Units // of the action's pool
	Tried   []string       // names of pools, the action's own among them
}

// SubstituteResult is the action that makes up for the missing units. An empty
// Pool: none can.
type SubstituteResult struct {
	Pool   string
	Action capacity.Action
	Extra  capacity.Units // more than the pool is asked for now
	Left   float64        // load that is still missing then, as units are measured by
	Why    string
}

// Substitute finds the pool that makes up for units that another has not got:
// the first in merit order, by price per unit of load, that has room below its
// Max, and at most as many units as its ramp allows at once. The budget is a
// matter of plans: it does not count while load is not served. A pool whose
// state cannot be read is passed over.
func (a *Activities) Substitute(ctx context.Context, in SubstituteInput) (out SubstituteResult, err error) {
	defer cross(&err)
	own := slices.IndexFunc(in.Policy.Pools, func(p capacity.Pool) bool { return p.Target == in.Action.Target })
	if own < 0 {
		return out, fmt.Errorf("replace %s of %q: the policy has no pool with that target: %w", capacity.Count(in.Missing, "unit"), in.Action.Target, capacity.ErrNotFound)
	}
	out.Left = float64(in.Missing) * in.Policy.Pools[own].UnitRate
	pools := slices.DeleteFunc(slices.Clone(in.Policy.Pools), func(p capacity.Pool) bool {
		return slices.Contains(in.Tried, p.Name) || !(p.UnitRate > 0)
	})
	slices.SortStableFunc(pools, func(p, q capacity.Pool) int {
		return cmp.Compare(p.Price/p.UnitRate, q.Price/q.UnitRate)
	})
	for _, pool := range pools {
		target, err := a.Targets(pool.Target, a.on(in.Clock))
		if err != nil {
			continue
		}
		state, err := target.State(ctx)
		if err != nil {
			continue
		}
		extra := min(capacity.Units(math.Ceil(out.Left/pool.UnitRate*(1-1e-9))), pool.Max-state.Units)
		if pool.Ramp.Up.Limited() {
			extra = min(extra, pool.Ramp.Up.Units)
		}
		if extra <= 0 {
			continue
		}
		now := a.on(in.Clock)()
		out.Pool, out.Extra, out.Left = pool.Name, extra, max(0, out.Left-float64(extra)*pool.UnitRate)
		out.Why = fmt.Sprintf("%s lacks %s: %s takes over with %d more", in.Policy.Pools[own].Name, capacity.Count(in.Missing, "unit"), pool.Name, extra)
		out.Action = capacity.Action{
			ID: in.Action.ID + "/" + pool.Name, Target: pool.Target, At: now, Due: now.Add(pool.LeadTime),
			From: state.Units, Units: state.Units + extra, Why: out.Why,
		}
		return out, nil
	}
	return out, nil
}
