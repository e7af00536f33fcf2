package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/activities"
	"headroom/capacity"
)

// storedPlan reads the plan of that ID, or the one made last if it is empty.
func storedPlan(ctx context.Context, store capacity.Store, service, id string) (activities.StoredPlan, error) {
	var stored activities.StoredPlan
	if id == "" {
		var current activities.PlanRef
		if err := readJSON(ctx, store, capacity.CurrentPlanKey(service), &current); err != nil {
			return stored, fmt.Errorf("find the plan of %q: %w: make one with `headroom plan %s`", service, err, service)
		}
		id = current.ID
	}
	return stored, readJSON(ctx, store, capacity.PlanKey(service, id, "plan.json"), &stored)
}

func readJSON(ctx context.Context, store capacity.Store, key string, v any) error {
	data, _, err := store.Get(ctx, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("read %q: %w: %w", key, err, capacity.ErrBadData)
	}
	return nil
}

// readIfThere reads what is under key, nil if there is nothing.
func readIfThere[T any](ctx context.Context, store capacity.Store, key string) (*T, error) {
	v := new(T)
	err := readJSON(ctx, store, key, v)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil //nolint:nilnil // nothing is an answer
	}
	return v, err
}
