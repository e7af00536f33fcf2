package backtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"headroom/capacity"
	"headroom/models/blend"
)

// A Selection is the model that a backtest chose, fitted to the whole series
// and calibrated.
type Selection struct {
	Model       string
	Fitted      capacity.Fitted
	Calibration Calibration
	Choice      Choice
}

// Forecast is the forecast of the h steps after s, the series of the selection
// or one that continues it, at levels, which ascend inside (0, 1). The errors
// are those of [capacity.Fitted] and of [capacity.Forecast.Validate].
func (x Selection) Forecast(ctx context.Context, s capacity.Series, h int, levels []float64) (capacity.Forecast, error) {
	point, err := x.Fitted.Predict(ctx, s, h)
	if err != nil {
		return capacity.Forecast{}, fmt.Errorf("forecast %s: %w", capacity.Count(h, "step"), err)
	}
	if err := Usable(x.Model, point, h); err != nil {
		return capacity.Forecast{}, err
	}
	f := x.Calibration.Forecast(x.Model, s.End(), s.Step, point, levels)
	return f, f.Validate()
}

// Select backtests models, simplest first, on s, chooses among them, and fits
// and calibrates the best that can be fitted to all of s. Its result does not
// depend on the number of workers.
//
// Where s is too short to backtest the baseline, it falls back to the first
// model, calibrated on whatever forecasts s has room for, and Choice.Why says
// so. It returns ErrBadSeries, ErrTooShort if not even the first model can be
// fitted, the context's error, and whatever else a model returns.
func Select(ctx context.Context, models []capacity.Model, s capacity.Series, settings Settings) (Selection, error) {
	c, err := settings.filled(s)
	if err != nil {
		return Selection{}, fmt.Errorf("select a model: %w", err)
	}
	if len(models) == 0 {
		return Selection{}, fmt.Errorf("select a model: there are none to select from: %w", capacity.ErrNotFound)
	}
	if c.Baseline == "" {
		c.Baseline = Baseline(models)
	}
	results, whole, err := runAll(ctx, Singles(models), s, c)
	if errors.Is(err, capacity.ErrTooShort) {
		return fallBack(ctx, models[0], s, c, Choice{}, err)
	}
	if err != nil {
		return Selection{}, err
	}
	best, err := c.Costing.Compare(models, results, c.Baseline)
	if errors.Is(err, capacity.ErrTooShort) {
		return fallBack(ctx, models[0], s, c, best.Choice, err)
	}
	if err != nil {
		return Selection{}, err
	}
	choice := best.Choice
	fitted, err := fit(ctx, reuse(Named(models, choice.Winner, best.Weights), whole), s, c.Horizon)
	if err == nil {
		calibration, err := Calibrate(best.Winner)
		return Selection{choice.Winner, fitted, calibration, choice}, err
	}
	// What forecast at the origins may refuse the whole series: then the next
	// single model on the board takes its place.
	for _, score := range choice.Board {
		i := slices.IndexFunc(results, func(r Result) bool { return r.Score.Model == score.Model })
		if !refused(err) {
			return Selection{}, fmt.Errorf("fit the selected model: %w", err)
		}
		if i < 0 || score.Refused != "" || score.Model == best.Choice.Winner {
			continue
		}
		choice.Why += fmt.Sprintf("; but on the whole series %v", err)
		choice.Code = capacity.CodeOf(err)
		if fitted, err = fit(ctx, Named(models, score.Model, blend.Weights{}), s, c.Horizon); err == nil {
			choice.Winner = score.Model
			choice.Why += fmt.Sprintf("; so %s, the next on the board, takes its place", score.Model)
			calibration, err := Calibrate(results[i])
			return Selection{score.Model, fitted, calibration, choice}, err
		}
	}
	return fallBack(ctx, models[0], s, c, choice, fmt.Errorf("no model on the board can be fitted: %w", capacity.ErrTooShort))
}

// fallBack selects m although it could not be compared, because of why.
func fallBack(ctx context.Context, m capacity.Model, s capacity.Series, c Settings, choice Choice, why error) (Selection, error) {
	fitted, err := fit(ctx, m, s, c.Horizon)
	if err != nil {
		return Selection{}, fmt.Errorf("fit the fallback model (because: %w): %w", why, err)
	}
	choice.Winner, choice.Code = m.Name(), capacity.CodeOf(why)
	choice.Why = fmt.Sprintf("%s is the fallback without a comparison, and its quantiles rest on few recent errors: %v", m.Name(), why)
	// A quarter of the history leaves room for several origins.
	c.Horizon = min(c.Horizon, max(1, s.Len()/4))
	r, err := Run(ctx, m, s, c, nil)
	if err != nil && !refused(err) {
		return Selection{}, err
	}
	return Selection{m.Name(), fitted, calibrate(r.Origins), choice}, nil
}

// fit fits m to s and makes sure that it can forecast a horizon from there.
func fit(ctx context.Context, m capacity.Model, s capacity.Series, horizon int) (capacity.Fitted, error) {
	fitted, err := m.Fit(ctx, s)
	if err != nil {
		return nil, err
	}
	point, err := fitted.Predict(ctx, s, horizon)
	if err != nil {
		return nil, err
	}
	return fitted, Usable(m.Name(), point, horizon)
}

// refused reports whether err is a model's way of saying "use another".
func refused(err error) bool {
	return errors.Is(err, capacity.ErrTooShort) || errors.Is(err, capacity.ErrNotForecastable)
}

// runAll backtests all models, c.Workers at a time, and returns those that were
// fitted to all of s on the way by their names. The error is that of the first
// model in the list that has one.
func runAll(ctx context.Context, models []capacity.Model, s capacity.Series, c Settings) ([]Result, map[string]capacity.Fitted, error) {
	results, errs, whole := make([]Result, len(models)), make([]error, len(models)), make([]capacity.Fitted, len(models))
	var all sync.WaitGroup
	free := make(chan struct{}, c.Workers)
	for i, m := range models {
		free <- struct{}{}
		all.Go(func() {
			results[i], whole[i], errs[i] = run(ctx, m, s, c, true, nil)
			<-free
		})
	}
	all.Wait()
	fitted := map[string]capacity.Fitted{}
	for i, err := range errs {
		if err != nil {
			return nil, nil, err
		}
		if whole[i] != nil {
			fitted[models[i].Name()] = whole[i]
		}
	}
	return results, fitted, nil
}
