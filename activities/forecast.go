package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"headroom/backtest"
	"headroom/capacity"
)

// ForecastInput says what to forecast from.
type ForecastInput struct {
	Policy capacity.Policy
	Table  capacity.Ref
}

// ForecastResult is the stored forecast.
type ForecastResult struct {
	Forecast capacity.Ref
	Board    capacity.Ref // of the champion's retraining; empty on the fallback
	Model    string
	Notes    []string // why the fallback was used, if it was, and what to know of the champion
	Drift    backtest.Drift
	Retrain  bool // whether drift asks for a retraining now
}

// coolDown is how long after a retraining drift asks for no other.
const coolDown = 6 * time.Hour

// Forecast continues the history by the policy's horizon with the champion,
// brought up to date, and reports whether demand has drifted from what that
// learnt. If there is none, or it cannot forecast, the best model of the moment
// is chosen anew from this history, and a note says why.
func (a *Activities) Forecast(ctx context.Context, in ForecastInput) (out ForecastResult, err error) {
	defer cross(&err)
	s, ready, err := a.prepared(ctx, in.Table, in.Policy)
	if err != nil {
		return out, err
	}
	if _, err := capacity.Examine(s); err != nil {
		return out, fmt.Errorf("history of %q from %s: %w", in.Policy.Service, in.Policy.Demand.Source, err)
	}
	steps := int(in.Policy.Forecast.Horizon / in.Policy.Demand.Step)
	ahead := ready.Steps(steps)
	f, err := a.byChampion(ctx, in.Policy, ready.Series, ahead, &out)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
		out.Notes = []string{"no model is trained yet: run `headroom retrain " + in.Policy.Service + "`"}
	case unusable(err):
		out.Notes = []string{"the champion could not forecast: " + err.Error()}
	case err != nil:
		return out, err
	}
	if err != nil {
		choice, err := backtest.Select(ctx, a.Models(s.Step), ready.Series, backtest.SettingsFor(in.Policy.Forecast.Horizon, s))
		if err != nil {
			return out, err
		}
		if f, err = choice.Forecast(ctx, ready.Series, ahead, backtest.Levels()); err != nil {
			return out, err
		}
		out.Notes[0] += fmt.Sprintf("; %s was chosen from the history at hand", choice.Model)
	}
	f = ready.Restore(f, steps)
	if err := f.Validate(); err != nil {
		return out, err
	}
	out.Notes = append(out.Notes, ready.Notes...)
	out.Model = f.Model
	data, err := json.Marshal(f)
	if err != nil {
		return out, fmt.Errorf("encode forecast of %q: %w", in.Policy.Service, err)
	}
	out.Forecast, err = a.Store.Put(ctx, capacity.ForecastKey(in.Policy.Service, capacity.RefTo("", data).SHA256), data)
	return out, err
}

// byChampion forecasts with the service's champion, and says in out what it is
// and whether it has drifted.
func (a *Activities) byChampion(ctx context.Context, p capacity.Policy, s capacity.Series, steps int, out *ForecastResult) (capacity.Forecast, error) {
	var none capacity.Forecast
	champion, _, err := a.champion(ctx, p.Service)
	if err != nil {
		return none, err
	}
	held, err := a.held(ctx, champion, s.Step)
	if err != nil {
		return none, err
	}
	point, err := held.predict(ctx, s, steps)
	if err != nil {
		return none, err
	}
	// What is measured by is the champion as it was trained: what it has learnt
	// since would flatter it.
	recent, err := backtest.Recent(ctx, held.fitted, s, held.seen(s), steps)
	if err != nil {
		return none, err
	}
	out.Board = held.Board
	out.Drift = backtest.Cusum(held.Calibration.Errors(recent))
	if out.Drift.Drifted {
		since := s.End().Sub(champion.reviewed())
		out.Retrain = since >= coolDown
		fate := "it is retrained now"
		if !out.Retrain {
			fate = fmt.Sprintf("it is not retrained before the history is %s longer", capacity.Brief(coolDown-since))
		}
		out.Notes = append(out.Notes, fmt.Sprintf("drift: %s; %s", out.Drift, fate))
	}
	return held.Calibration.Adapt(recent).Forecast(held.Model, s.End(), s.Step, point, backtest.Levels()), nil
}
