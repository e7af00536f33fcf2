package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// RecordInput is outcomes to keep with their plan.
type RecordInput struct {
	Service  string
	Plan     string
	Outcomes []capacity.Outcome
}

// Record adds outcomes to those of their plan, once for each action, and how
// long raises took to what later plans measure lead times by.
func (a *Activities) Record(ctx context.Context, in RecordInput) (err error) {
	defer cross(&err)
	defer tell(a, &in, &struct{}{}, &err)
	key := capacity.PlanKey(in.Service, in.Plan, "outcomes.json")
	outcomes, version, err := a.outcomes(ctx, key)
	if err != nil {
		return err
	}
	known := len(outcomes)
	for _, o := range in.Outcomes {
		if !recorded(outcomes, o.Action) {
			outcomes = append(outcomes, o)
		}
	}
	if len(outcomes) > known {
		data, err := json.Marshal(outcomes)
		if err != nil {
			return fmt.Errorf("encode %q: %w", key, err)
		}
		if err := a.Store.Swap(ctx, key, data, version); err != nil {
			return err
		}
	}
	return a.remember(ctx, in.Service, in.Outcomes)
}

// recorded reports whether the action has an outcome.
func recorded(outcomes []capacity.Outcome, action capacity.Action) bool {
	return slices.ContainsFunc(outcomes, func(o capacity.Outcome) bool { return o.Action.ID == action.ID })
}

// outcomes reads what became of a plan's actions; none is no error.
func (a *Activities) outcomes(ctx context.Context, key string) ([]capacity.Outcome, string, error) {
	data, version, err := a.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	var outcomes []capacity.Outcome
	return outcomes, version, decode(key, data, &outcomes)
}
