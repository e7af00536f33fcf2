package retraining

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/models/blend"
)

// BacktestInput names the candidate, the history and the version it is
// backtested for.
type BacktestInput struct {
	Policy  capacity.Policy
	Table   capacity.Ref
	Version string
	Model   string
}

// BacktestResult is the stored backtest and its score.
type BacktestResult struct {
	Backtest capacity.Ref
	Score    capacity.Score
}

// Backtest scores one candidate from rolling origins, with a heartbeat after
// each. A candidate that refuses the history is a result, not an error.
func (a *Retraining) Backtest(ctx context.Context, in BacktestInput) (out BacktestResult, err error) {
	defer failure.Cross(&err)
	_, ready, err := histories.Prepared(ctx, a.Records, in.Table, in.Policy)
	if err != nil {
		return out, err
	}
	return RunBacktest(ctx, a, in, ready.Series, func(done, total int) { activity.RecordHeartbeat(ctx, done, total) })
}

// RunBacktest is Backtest on the series that was made ready for models.
func RunBacktest(ctx context.Context, a *Retraining, in BacktestInput, s capacity.Series, beat func(done, total int)) (out BacktestResult, err error) {
	m, err := model(a.Models, s.Step, in.Model)
	if err != nil {
		return out, err
	}
	result, err := backtest.Run(ctx, m, s, backtest.SettingsFor(in.Policy.Forecast.Horizon, s), beat)
	if err != nil {
		return out, err
	}
	out.Score = result.Score
	out.Backtest, err = a.Records.PutJSON(ctx, capacity.BacktestKey(in.Policy.Service, in.Version, in.Model), result)
	return out, err
}

// model finds a candidate by name.
func model(models func(step time.Duration) []capacity.Model, step time.Duration, name string) (capacity.Model, error) {
	if m := backtest.Named(models(step), name, blend.Weights{}); m != nil {
		return m, nil
	}
	return nil, unknown(name)
}

func unknown(model string) error {
	return fmt.Errorf("model %q is not known to this worker, update it: %w", model, capacity.ErrNotFound)
}
