package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/capacity"
)

// RecordInput is an outcome to keep with its plan.
type RecordInput struct {
	Service string
	Plan    string
	Outcome capacity.Outcome
}

// Record adds an outcome to those of its plan, once for each action.
func (a *Activities) Record(ctx context.Context, in RecordInput) (err error) {
	defer cross(&err)
	key := capacity.PlanKey(in.Service, in.Plan, "outcomes.json")
	outcomes, version, err := a.outcomes(ctx, key)
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Action.ID == in.Outcome.Action.ID {
			return nil
		}
	}
	data, err := json.Marshal(append(outcomes, in.Outcome))
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return a.Store.Swap(ctx, key, data, version)
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
