package pruning

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/pipeline"
)

// needed is what must stay of a service, however old it is.
type needed struct {
	plans    map[string]bool // IDs
	versions map[string]bool // of models
	keys     map[string]bool // of histories and forecasts
}

// needs finds out what is in force: the plan that was made last, those that are carried
// out or wait, the champion, and one that a promotion freeze holds back. It returns an
// error if that cannot be found out: then nothing may be removed.
func (a *Pruning) needs(ctx context.Context, service string) (needed, error) {
	n := needed{plans: map[string]bool{}, versions: map[string]bool{}, keys: map[string]bool{}}
	var current capacity.PlanRef
	if err := a.read(ctx, capacity.CurrentPlanKey(service), &current); err != nil {
		return n, err
	}
	n.plans[current.ID] = true
	if a.Conductor != nil {
		inForce, err := a.Conductor.InForce(ctx, service)
		if err != nil {
			return n, fmt.Errorf("find out which plans of %q are in force: %w", service, err)
		}
		for _, id := range inForce {
			n.plans[id] = true
		}
	}
	var champion retraining.Champion
	if err := a.read(ctx, capacity.ChampionKey(service), &champion); err != nil {
		return n, err
	}
	n.versions[champion.Version] = true
	n.version(champion.Trained)
	if champion.Frozen != nil {
		n.versions[champion.Frozen.Version] = true
	}
	if champion.Trained.Key != "" {
		var trained retraining.Trained
		if err := a.read(ctx, champion.Trained.Key, &trained); err != nil {
			return n, err
		}
		n.keys[trained.Table.Key] = true
		n.version(trained.Board)
	}
	return n, nil
}

// version keeps the version of the models to which a reference belongs.
func (n needed) version(ref capacity.Ref) {
	if parts := strings.Split(ref.Key, "/"); len(parts) > 3 && parts[0] == "models" {
		n.versions[parts[2]] = true
	}
}

// plan keeps what a plan was made from. What a younger one was made from that is not in
// force is young enough to stay by itself, as far as it is needed.
func (a *Pruning) plan(ctx context.Context, n needed, service string, p storedParts, before time.Time) error {
	if !n.plans[p.id] && !p.written.Before(before) {
		return nil
	}
	var stored pipeline.StoredPlan
	if err := a.read(ctx, capacity.PlanKey(service, p.id, "plan.json"), &stored); err != nil {
		return err
	}
	n.keys[stored.Forecast.Key], n.keys[stored.Table.Key] = true, true
	n.version(stored.Board)
	return nil
}

// read reads an object that may not be there.
func (a *Pruning) read(ctx context.Context, key string, v any) error {
	if err := a.Records.ReadJSON(ctx, key, v); err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	return nil
}
