package pipeline

import (
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// PlanInput is what a plan is made from.
type PlanInput struct {
	Asked    capacity.Policy // as it was handed in
	Learned  Learned         // what [ApplyLearnedValues] made of it
	Forecast Forecast
	Load     capacity.Series  // measured; only read where the policy has a floor
	States   []capacity.State // what the targets of the policy's pools run, in their order
	Now      time.Time        // nothing is asked for earlier
	// Share is the service's part of quotas and shared budgets, if its policy
	// [NeedsShare]. Nil: these set no limit, and notes say so.
	Share  *Share
	Reason string   // why the plan is made out of turn; empty if it is not
	Notes  []string // what else its reader should know of these inputs
}

// StoredPlan is a plan with all that a report about it needs. In its policy,
// unit rates and lead times are those that were learnt and measured, and limits are
// those of its share of quotas and budgets.
type StoredPlan struct {
	Policy     capacity.Policy
	Asked      capacity.Policy // as it was in force
	PolicyHash string          `json:",omitempty"` // of that policy; empty: the plan was made from files
	Plan       capacity.Plan
	Forecast   capacity.Ref
	Table      capacity.Ref
	Board      capacity.Ref
	States     []capacity.State `json:",omitempty"` // of the policy's pools when it was made
	Code       capacity.Code    `json:",omitempty"` // why no model stands behind it; empty if one does
}

// MakePlan makes the cheapest plan within the policy's limits. Pools that count
// against a quota run within their share of it, and a service that shares a budget
// spends within its own. A forecast that no model stands behind is planned for by
// [KeepRunning]. The references of what it returns are for the caller to fill in.
//
// Its errors are those of [ApplyShare] and of [planner.Build].
func MakePlan(in PlanInput) (StoredPlan, error) {
	policy := in.Learned.Policy
	var shared []string
	if in.Share == nil {
		shared = notShared(policy)
	} else {
		var err error
		if policy, shared, err = ApplyShare(policy, *in.Share); err != nil {
			return StoredPlan{}, err
		}
	}
	stored := StoredPlan{Policy: policy, Asked: in.Asked, States: in.States, Code: in.Forecast.Code}
	notes := slices.Concat(in.Forecast.Notes, in.Learned.Notes, shared, in.Notes)
	if in.Reason != "" {
		notes = slices.Concat([]string{"made out of turn: " + in.Reason}, notes)
	}
	if in.Forecast.Code != "" {
		kept, why := KeepRunning(policy, in.States...)
		policy, notes = kept, append(notes, why...)
	}
	plan, err := build(planner.Input{Policy: policy, Forecast: in.Forecast.Forecast, States: in.States, Now: in.Now, Notes: notes}, in.Load)
	if err != nil {
		return StoredPlan{}, err
	}
	plan.Load = in.Forecast.Load
	stored.Plan = withCoverage(plan, in.Forecast.Score)
	return stored, nil
}

// Extra is the money that the plan spends on units until it ends, beyond what
// those would cost that ran when it was made; below zero it saves.
func (s StoredPlan) Extra() float64 {
	_, upkeep, _ := s.Plan.Kept(s.Policy.Pools, s.States)
	return s.Plan.Expect.UnitCost - upkeep
}

// Largest is the most units that one action of the plan changes.
func (s StoredPlan) Largest() (most capacity.Units) {
	for _, action := range s.Plan.Actions {
		most = max(most, action.Units-action.From, action.From-action.Units)
	}
	return most
}
