package records

import (
	"context"
	"slices"

	"headroom/capacity"
)

// Recorded reports whether the action has an outcome.
func Recorded(outcomes []capacity.Outcome, action capacity.Action) bool {
	return slices.ContainsFunc(outcomes, func(o capacity.Outcome) bool { return o.Action.ID == action.ID })
}

// Outcomes reads what became of a plan's actions; none is no error.
func (r Records) Outcomes(ctx context.Context, service, plan string) ([]capacity.Outcome, string, error) {
	return Read[[]capacity.Outcome](ctx, r, service, capacity.PlanKey(service, plan, "outcomes.json"))
}
