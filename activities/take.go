package activities

import (
	"context"

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
	Plan PlanRef
}

// LoadResult is a plan's actions, in order.
type LoadResult struct {
	Actions []capacity.Action
}

// Load reads a stored plan's actions.
func (a *Activities) Load(ctx context.Context, in LoadInput) (out LoadResult, err error) {
	defer cross(&err)
	var stored StoredPlan
	if err := a.getJSON(ctx, in.Plan.Ref, &stored); err != nil {
		return out, err
	}
	return LoadResult{Actions: stored.Plan.Actions}, nil
}
