package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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
	Notes    []string // why the fallback was used, if it was
}

// Forecast continues the history by the policy's horizon with the champion. If
// there is none, or it cannot forecast, the best model of the moment is chosen
// anew from this history, and a note says why.
func (a *Activities) Forecast(ctx context.Context, in ForecastInput) (out ForecastResult, err error) {
	defer cross(&err)
	s, err := a.series(ctx, in.Table, in.Policy.Demand)
	if err != nil {
		return out, err
	}
	if _, err := capacity.Examine(s); err != nil {
		return out, fmt.Errorf("history of %q from %s: %w", in.Policy.Service, in.Policy.Demand.Source, err)
	}
	steps := int(in.Policy.Forecast.Horizon / in.Policy.Demand.Step)
	f, board, err := a.byChampion(ctx, in.Policy, s, steps)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
		out.Notes = []string{"no model is trained yet: run `headroom retrain " + in.Policy.Service + "`"}
	case errors.Is(err, capacity.ErrNotForecastable), errors.Is(err, capacity.ErrTooShort), errors.Is(err, capacity.ErrBadData), errors.Is(err, capacity.ErrBadSeries):
		out.Notes = []string{"the champion could not forecast: " + err.Error()}
	case err != nil:
		return out, err
	}
	if err != nil {
		choice, err := backtest.Select(ctx, a.Models(s.Step), s, backtest.SettingsFor(in.Policy.Forecast.Horizon, s))
		if err != nil {
			return out, err
		}
		if f, err = choice.Forecast(ctx, s, steps, backtest.Levels()); err != nil {
			return out, err
		}
		out.Notes[0] += fmt.Sprintf("; %s was chosen from the history at hand", choice.Model)
	}
	if err := f.Validate(); err != nil {
		return out, err
	}
	out.Model, out.Board = f.Model, board
	data, err := json.Marshal(f)
	if err != nil {
		return out, fmt.Errorf("encode forecast of %q: %w", in.Policy.Service, err)
	}
	out.Forecast, err = a.Store.Put(ctx, capacity.ForecastKey(in.Policy.Service, capacity.RefTo("", data).SHA256), data)
	return out, err
}

// byChampion forecasts with the service's champion.
func (a *Activities) byChampion(ctx context.Context, p capacity.Policy, s capacity.Series, steps int) (capacity.Forecast, capacity.Ref, error) {
	var none capacity.Forecast
	champion, _, err := a.champion(ctx, p.Service)
	if err != nil {
		return none, capacity.Ref{}, err
	}
	var trained Trained
	if err := a.getJSON(ctx, champion.Trained, &trained); err != nil {
		return none, capacity.Ref{}, err
	}
	m, err := a.model(s.Step, trained.Model)
	if err != nil {
		return none, capacity.Ref{}, err
	}
	fitted, err := m.Load(trained.State)
	if err != nil {
		return none, capacity.Ref{}, err
	}
	point, err := fitted.Predict(ctx, s, steps)
	if err != nil {
		return none, capacity.Ref{}, err
	}
	return trained.Calibration.Forecast(m.Name(), s.End(), s.Step, point, backtest.Levels()), trained.Board, nil
}
