package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/models"
)

// An answer is what a forecaster says to a task.
type answer struct {
	point  []float64
	levels []float64 // ascending; none if there are no quantiles
	// quantiles[i][t] is the quantile levels[i] of step t.
	quantiles [][]float64
	failed    string // why there is no forecast
}

// A forecaster is one row of a table.
type forecaster struct {
	name     string
	forecast func(ctx context.Context, s suite, t task) (answer, error)
}

// levels are the quantile levels that are scored: the deciles, the ends of the
// central 95 % interval, and where capacity is planned.
func levels() []float64 {
	return []float64{0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99}
}

// single forecasts with one model. With quantiles, the model is backtested as
// auto is, and its residuals calibrate them.
func single(m capacity.Model, quantiles bool) forecaster {
	return forecaster{m.Name(), func(ctx context.Context, s suite, t task) (answer, error) {
		if quantiles {
			return chosen(ctx, []capacity.Model{m}, s, t)
		}
		fitted, err := m.Fit(ctx, t.context)
		if err != nil {
			return answer{}, err
		}
		point, err := fitted.Predict(ctx, t.context, s.horizon)
		return answer{point: point}, err
	}}
}

// auto is the automatic choice among the default pool, as the command
// "headroom forecast" makes it: where there is too little history to compare,
// it is the seasonal naive forecast, or else the naive one.
func auto() forecaster {
	return forecaster{"auto", func(ctx context.Context, s suite, t task) (answer, error) {
		return automatic(ctx, models.New(s.seasons), s, t)
	}}
}

// automatic is the answer of the automatic choice among pool.
func automatic(ctx context.Context, pool []capacity.Model, s suite, t task) (answer, error) {
	var refusals []error
	for _, some := range [][]capacity.Model{pool, named(pool, backtest.SeasonalNaive), named(pool, "naive")} {
		if len(some) == 0 {
			continue
		}
		a, err := chosen(ctx, some, s, t)
		switch {
		case err == nil:
			return a, nil
		case !errors.Is(err, capacity.ErrTooShort) && !errors.Is(err, capacity.ErrNotForecastable):
			return a, err
		}
		refusals = append(refusals, err)
	}
	return answer{}, errors.Join(refusals...)
}

// chosen lets a backtest choose among pool, and forecasts with its choice. It
// returns ErrTooShort if there are several and no origin to compare them at.
func chosen(ctx context.Context, pool []capacity.Model, s suite, t task) (answer, error) {
	settings := backtest.Settings{Horizon: s.horizon, Season: 1, Workers: 1}
	if len(s.seasons) > 0 {
		settings.Season = s.seasons[0]
	}
	selection, err := backtest.Select(ctx, pool, t.context, settings)
	if err != nil {
		return answer{}, err
	}
	if len(pool) > 1 && len(selection.Choice.Board) == 0 {
		return answer{}, fmt.Errorf("%d steps leave no origin to compare models at: %w", t.context.Len(), capacity.ErrTooShort)
	}
	point, err := selection.Fitted.Predict(ctx, t.context, s.horizon)
	if err != nil {
		return answer{}, err
	}
	f := selection.Calibration.Forecast(selection.Model, t.context.End(), t.context.Step, point, levels())
	return answer{point: selection.Calibration.Median(point), levels: f.Levels, quantiles: f.Values}, f.Validate()
}

// named is the models of pool with that name.
func named(pool []capacity.Model, name string) []capacity.Model {
	return slices.DeleteFunc(slices.Clone(pool), func(m capacity.Model) bool { return m.Name() != name })
}

// forecasters are those that the request asks for, in the order of the pool.
func forecasters(r request, s suite) ([]forecaster, error) {
	pool := models.All(s.seasons)
	names := list(r.models)
	every := slices.Contains(names, "all")
	var rows []forecaster
	var known []string
	for _, m := range pool {
		known = append(known, m.Name())
		if every || slices.Contains(names, m.Name()) {
			rows = append(rows, single(m, r.quantiles))
		}
	}
	all := panels(s)
	for _, f := range []forecaster{pooled(all, r.quantiles), auto(), autoPanel(all)} {
		known = append(known, f.name)
		if every || slices.Contains(names, f.name) {
			rows = append(rows, f)
		}
	}
	for _, name := range names {
		if name != "all" && !slices.Contains(known, name) {
			return nil, fmt.Errorf("no model %q; there are %s and all: %w", name, strings.Join(known, ", "), errUsage)
		}
	}
	return rows, nil
}
