package retraining

import (
	"context"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/backtest"
	"headroom/capacity"
)

// TrainInput says which model to train, on what.
type TrainInput struct {
	Policy  capacity.Policy
	Table   capacity.Ref
	Version string
	Choice  ChooseResult
}

// TrainResult is the trained model, stored and ready to be promoted.
type TrainResult struct {
	Champion Champion
}

// Train fits the chosen model to the whole history, calibrates its quantiles
// by the errors of its backtest, and stores both.
func (a *Retraining) Train(ctx context.Context, in TrainInput) (out TrainResult, err error) {
	defer failure.Cross(&err)
	s, ready, err := histories.Prepared(ctx, a.Records, in.Table, in.Policy)
	if err != nil {
		return out, err
	}
	m := backtest.Named(a.Models(s.Step), in.Choice.Winner, in.Choice.Weights)
	if m == nil {
		return out, unknown(in.Choice.Winner)
	}
	fitted, err := m.Fit(ctx, ready.Series)
	if err != nil {
		return out, err
	}
	var result backtest.Result
	if err := a.Records.GetJSON(ctx, in.Choice.Backtest, &result); err != nil {
		return out, err
	}
	trained := Trained{
		Model: m.Name(), TrainedTo: s.End(), Table: in.Table,
		Board: in.Choice.Board, Score: in.Choice.Score,
	}
	if trained.Calibration, err = backtest.Calibrate(result); err != nil {
		return out, err
	}
	if trained.State, err = fitted.MarshalBinary(); err != nil {
		return out, err
	}
	ref, err := a.Records.PutJSON(ctx, capacity.ModelKey(in.Policy.Service, in.Version, m.Name()), trained)
	if err != nil {
		return out, err
	}
	out.Champion = Champion{Model: m.Name(), Version: in.Version, Trained: ref, TrainedTo: s.End(), Why: in.Choice.Why}
	return out, nil
}
