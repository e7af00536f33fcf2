package forecast

import (
	"context"
	"errors"
	"fmt"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/internal/panel"
	"headroom/models"
)

// auto chooses a model for each series by a backtest.
const auto = "auto"

// A forecaster forecasts one series at a time.
type forecaster struct {
	flags   panelFlags
	model   string // a name, or auto
	columns columns
}

// A continued is a series and how it goes on.
type continued struct {
	series panel.Series
	model  string      // the one that was used; "" if the series is left out
	values [][]float64 // of each column
	why    string      // why it was left out, or another model was used
}

// forecast forecasts s. Where the model refuses, the seasonal naive takes its
// place, and the naive the place of that.
func (f forecaster) forecast(ctx context.Context, s panel.Series) (continued, error) {
	s = clean(s)
	x := continued{series: s}
	if x.why = s.Unusable(); x.why != "" {
		return x, nil
	}
	pool, settings := f.flags.pool(s)
	asked := pool
	if f.model != auto {
		asked = only(models.All(f.flags.seasons(s)), f.model)
	}
	for _, pool := range [][]capacity.Model{asked, only(pool, backtest.SeasonalNaive), only(pool, naive)} {
		selected, err := f.choose(ctx, pool, s.Series, settings)
		if refused(err) {
			if x.why == "" {
				x.why = err.Error()
			}
			continue
		}
		if err != nil {
			return x, fmt.Errorf("forecast series %q: %w", s.ID, err)
		}
		point, err := selected.Fitted.Predict(ctx, s.Series, f.flags.horizon)
		if err != nil {
			return x, fmt.Errorf("forecast series %q: %w", s.ID, err)
		}
		x.model = selected.Model
		if len(pool) > 1 {
			point = selected.Calibration.Median(point)
		}
		x.values = f.columns.of(point, selected.Calibration.Forecast(x.model, s.End(), s.Step, point, f.columns.levels))
		return x, nil
	}
	return x, nil
}

// choose chooses one of pool and fits it. Without a choice and without
// quantiles there is nothing to backtest.
func (f forecaster) choose(ctx context.Context, pool []capacity.Model, s capacity.Series, settings backtest.Settings) (backtest.Selection, error) {
	switch {
	case len(pool) == 0:
		return backtest.Selection{}, fmt.Errorf("model %q needs a season that the series does not have, name it by --season: %w", f.model, capacity.ErrTooShort)
	case len(backtest.Singles(pool)) == 1 && len(f.columns.levels) == 0:
		fitted, err := pool[0].Fit(ctx, s)
		if err == nil {
			// Some refuse only now.
			_, err = fitted.Predict(ctx, s, f.flags.horizon)
		}
		return backtest.Selection{Model: pool[0].Name(), Fitted: fitted}, err
	case len(pool) == 1:
		settings.Baseline = pool[0].Name()
	}
	selected, err := backtest.Select(ctx, pool, s, settings)
	if err == nil && len(pool) > 1 && len(selected.Choice.Board) == 0 {
		return selected, fmt.Errorf("a history of %s is too short to compare models over a horizon of %d, wait for more or shorten the horizon: %w",
			capacity.Count(s.Len(), "step"), f.flags.horizon, capacity.ErrTooShort)
	}
	return selected, err
}

// refused reports whether err is a model's way of saying "use another".
func refused(err error) bool {
	return errors.Is(err, capacity.ErrTooShort) || errors.Is(err, capacity.ErrNotForecastable)
}
