package planning

import (
	"context"
	"fmt"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
	"headroom/planner"
)

// RecallInput names a plan that was made.
type RecallInput struct{ Service, Plan string }

// A MadePlan is a plan that was made, in short.
type MadePlan struct {
	Plan  OptimiseResult
	Model string // that forecast it
}

// RecallPlan reads a plan that was made: of what a caller says of it, its ID alone counts.
// It returns ErrNotFound if there is none.
func (a *Planning) RecallPlan(ctx context.Context, in RecallInput) (out MadePlan, err error) {
	defer failure.Cross(&err)
	key := capacity.PlanKey(in.Service, in.Plan, "plan.json")
	data, _, err := a.Records.Store.Get(ctx, key)
	if err != nil {
		return out, err
	}
	var stored pipeline.StoredPlan
	if err := records.Decode(key, data, &stored); err != nil {
		return out, err
	}
	if stored.Plan.Service != in.Service || stored.Plan.ID != in.Plan {
		return out, fmt.Errorf("%q is not plan %s of %s: %w", key, in.Plan, in.Service, capacity.ErrBadData)
	}
	return MadePlan{Plan: inShort(stored, capacity.RefTo(key, data)), Model: stored.Plan.Model}, nil
}

// inShort is a stored plan in short.
func inShort(stored pipeline.StoredPlan, ref capacity.Ref) OptimiseResult {
	plan := stored.Plan
	return OptimiseResult{
		Plan:    capacity.PlanRef{ID: plan.ID, Ref: ref, Now: plan.Made, End: plan.End()},
		Changes: len(plan.Actions), Expect: plan.Expect, Summary: planner.Summary(plan, stored.Policy),
		Largest: stored.Largest(), Extra: stored.Extra(),
	}
}
