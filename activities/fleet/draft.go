package fleet

import (
	"context"

	"headroom/activities/planning"
	"headroom/capacity"
	"headroom/pipeline"
)

// draftOne works out what a service would cost with other shares of its quotas and of
// its budget.
func (a *Fleet) draftOne(ctx context.Context, in ChunkInput, s service, got gathering) (pipeline.Draft, error) {
	p := s.Policy
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
	learned, err := planning.LearnedValues(ctx, one.Records, ready.optimise(in, s))
	if err != nil {
		return d, err
	}
	states, _, err := planning.States(ctx, one.Records, one.Planning.Targets, p, one.Records.On(in.Clock))
	if err != nil {
		return d, err
	}
	var f capacity.Forecast
	if err := one.Records.GetJSON(ctx, ready.forecast.Forecast, &f); err != nil {
		return d, err
	}
	return pipeline.DraftService(pipeline.DraftInput{Policy: learned.Policy, Forecast: f, States: states, Now: in.Now, Budgets: in.Budgets})
}
