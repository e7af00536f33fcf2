package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"headroom/backtest"
	"headroom/capacity"
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
func (a *Activities) Backtest(ctx context.Context, in BacktestInput) (out BacktestResult, err error) {
	defer cross(&err)
	_, ready, err := a.prepared(ctx, in.Table, in.Policy)
	if err != nil {
		return out, err
	}
	return a.backtest(ctx, in, ready.Series, func(done, total int) { activity.RecordHeartbeat(ctx, done, total) })
}

// backtest is Backtest on the series that was made ready for models.
func (a *Activities) backtest(ctx context.Context, in BacktestInput, s capacity.Series, beat func(done, total int)) (out BacktestResult, err error) {
	m, err := a.model(s.Step, in.Model)
	if err != nil {
		return out, err
	}
	result, err := backtest.Run(ctx, m, s, backtest.SettingsFor(in.Policy.Forecast.Horizon, s), beat)
	if err != nil {
		return out, err
	}
	out.Score = result.Score
	out.Backtest, err = a.putJSON(ctx, capacity.BacktestKey(in.Policy.Service, in.Version, in.Model), result)
	return out, err
}
