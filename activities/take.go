package activities

import (
	"context"
	"time"

	"headroom/capacity"
)

// TakeInput offers a plan to a service's conductor.
type TakeInput struct {
	Service string
	Plan    PlanRef
	Policy  capacity.Policy
	Clock   capacity.Clock
}

// HandOver offers an accepted plan to the service's conductor, starting it if
// it does not run. Offering the same plan twice is harmless.
func (a *Activities) HandOver(ctx context.Context, in TakeInput) (err error) {
	defer cross(&err)
	return a.Offer(ctx, in)
}

// LoadInput names a plan whose actions are wanted.
type LoadInput struct {
	Service string
	Plan    PlanRef
}

// LoadResult is a plan's actions, in order, and how many of the first ones
// have an outcome already.
type LoadResult struct {
	Actions []capacity.Action
	Settled int
	// LeadTimes are those that were measured for the plan.
	LeadTimes map[capacity.TargetName]time.Duration `json:",omitempty"`
}

// Load reads a stored plan's actions, and how far an earlier conductor came
// with them: a plan that is handed over again is not carried out again.
func (a *Activities) Load(ctx context.Context, in LoadInput) (out LoadResult, err error) {
	defer cross(&err)
	var stored StoredPlan
	if err := a.getJSON(ctx, in.Plan.Ref, &stored); err != nil {
		return out, err
	}
	outcomes, _, err := a.outcomes(ctx, capacity.PlanKey(in.Service, in.Plan.ID, "outcomes.json"))
	if err != nil {
		return out, err
	}
	for _, pool := range stored.Policy.Pools {
		if pool.Measured > 0 {
			if out.LeadTimes == nil {
				out.LeadTimes = map[capacity.TargetName]time.Duration{}
			}
			out.LeadTimes[pool.Target] = pool.LeadTime
		}
	}
	out.Actions = stored.Plan.Actions
	for out.Settled < len(out.Actions) && recorded(outcomes, out.Actions[out.Settled]) {
		out.Settled++
	}
	return out, nil
}
