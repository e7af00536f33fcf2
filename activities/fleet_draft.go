package activities

import (
	"context"

	"headroom/capacity"
	"headroom/pipeline"
)

// draftOne works out what a service would cost with other shares of its quotas and of
// its budget.
func (a *Activities) draftOne(ctx context.Context, in ChunkInput, p capacity.Policy, got gathering) (pipeline.Draft, error) {
	d := pipeline.Draft{Service: p.Service}
	if !pipeline.NeedsShare(p) {
		return d, nil
	}
	one, store := a.onScratch()
	store.passing = true
	ready, err := one.foresee(ctx, in, p, got)
	if err != nil {
		return d, err
	}
	learned, err := one.learnedValues(ctx, ready.optimise(in, p))
	if err != nil {
		return d, err
	}
	states, err := one.states(ctx, p, in.Clock)
	if err != nil {
		return d, err
	}
	var f capacity.Forecast
	if err := one.getJSON(ctx, ready.forecast.Forecast, &f); err != nil {
		return d, err
	}
	return pipeline.DraftService(pipeline.DraftInput{Policy: learned.Policy, Forecast: f, States: states, Now: in.Now, Budgets: in.Budgets})
}
