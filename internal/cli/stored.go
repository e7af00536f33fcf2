package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/pipeline"
)

// storedPlan reads the plan of that ID.
func storedPlan(ctx context.Context, store capacity.Store, service, id string) (pipeline.StoredPlan, error) {
	var stored pipeline.StoredPlan
	return stored, readJSON(ctx, store, capacity.PlanKey(service, id, "plan.json"), &stored)
}

// plansToShow are the plans of a service to show: the one of that ID, or if it is
// empty those that count.
func plansToShow(ctx context.Context, stderr io.Writer, service, id string) ([]shownPlan, capacity.Store, error) {
	if id != "" {
		store, err := openStore(ctx)
		return []shownPlan{{ID: id}}, store, err
	}
	s, err := openSession(ctx, stderr)
	if err != nil {
		return nil, nil, err
	}
	defer s.temporal.Close()
	f, err := s.inForce(ctx, service)
	if err != nil {
		return nil, nil, fmt.Errorf("find the plans of %q: %w", service, err)
	}
	for _, trouble := range f.Troubles {
		fmt.Fprintf(stderr, "not known: %s\n", escaped(trouble))
	}
	shown := f.shown()
	if len(shown) == 0 {
		return nil, nil, fmt.Errorf("%q has no plan: make one with `headroom plan %s`: %w", service, service, capacity.ErrNotFound)
	}
	return shown, s.store, nil
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

// readChampion reads which model forecasts for the service, or what is wrong with
// the object that says so.
func readChampion(ctx context.Context, store capacity.Store, service string) (c *retraining.Champion, fault string, err error) {
	key := capacity.ChampionKey(service)
	c, err = readIfThere[retraining.Champion](ctx, store, key)
	switch {
	case errors.Is(err, capacity.ErrBadData):
		return nil, err.Error(), nil
	case err == nil && c != nil && !c.Named():
		return nil, fmt.Sprintf("%q names no trained model", key), nil
	}
	return c, "", err
}
