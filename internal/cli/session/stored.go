package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/pipeline"
)

// StoredPlan reads the plan of that ID.
func StoredPlan(ctx context.Context, store capacity.Store, service, id string) (pipeline.StoredPlan, error) {
	var stored pipeline.StoredPlan
	return stored, ReadJSON(ctx, store, capacity.PlanKey(service, id, "plan.json"), &stored)
}

// ReadJSON reads the JSON under key into v. It returns ErrNotFound if there is nothing, and
// ErrBadData if it is none.
func ReadJSON(ctx context.Context, store capacity.Store, key string, v any) error {
	data, _, err := store.Get(ctx, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("read %q: %w: %w", key, err, capacity.ErrBadData)
	}
	return nil
}

// ReadIfThere reads what is under key, nil if there is nothing.
func ReadIfThere[T any](ctx context.Context, store capacity.Store, key string) (*T, error) {
	v := new(T)
	err := ReadJSON(ctx, store, key, v)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil //nolint:nilnil // nothing is an answer
	}
	return v, err
}

// ReadChampion reads which model forecasts for the service, or what is wrong with
// the object that says so.
func ReadChampion(ctx context.Context, store capacity.Store, service string) (c *retraining.Champion, fault string, err error) {
	key := capacity.ChampionKey(service)
	c, err = ReadIfThere[retraining.Champion](ctx, store, key)
	switch {
	case errors.Is(err, capacity.ErrBadData):
		return nil, err.Error(), nil
	case err == nil && c != nil && !c.Named():
		return nil, fmt.Sprintf("%q names no trained model", key), nil
	}
	return c, "", err
}
