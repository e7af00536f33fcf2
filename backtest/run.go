// Package backtest measures how good forecasts are: it lets models forecast a
// series from rolling origins, scores them, chooses among them and calibrates
// the quantiles of the one that was chosen. It is pure, and no forecast in it
// ever sees what came after its origin.
package backtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// A Result is what a model forecast from every origin, and its score. It holds
// no NaN, so that it can be stored as JSON.
type Result struct {
	Score   capacity.Score
	Levels  []float64 // the quantile levels that were scored
	Origins []Origin  // ascending; those at which the model refused are missing
}

// An Origin is one forecast and what was measured afterwards.
type Origin struct {
	Train int     // steps of history that the model was given
	Scale float64 // mean absolute error of the seasonal naive inside that history
	// Steps are the steps of the horizon, from 0, that were measured. Point
	// and Actual hold the forecast and the measurement of each.
	Steps  []int
	Point  []float64
	Actual []float64
}

// Run backtests m on s. The model is fitted anew at each origin, to nothing but
// the history before it. After each origin tick is called, if it is not nil.
//
// A model that is refused at some origins by ErrTooShort is scored on the
// others; one that gives no usable forecast at any origin, or no origin at all,
// has a Score that says why in Refused. Run returns ErrBadSeries,
// ErrTooShort if s has no room for a single origin, the context's error, and
// whatever else a model returns.
func Run(ctx context.Context, m capacity.Model, s capacity.Series, settings Settings, tick func(done, total int)) (Result, error) {
	c, err := settings.filled(s)
	if err != nil {
		return Result{}, fmt.Errorf("backtest %q: %w", m.Name(), err)
	}
	r, _, err := run(ctx, m, s, c, false, tick)
	return r, err
}

// run is Run with filled settings. If it is asked to, it also returns the model
// fitted to all of s, where that comes along with fitting it at the origins.
func run(ctx context.Context, m capacity.Model, s capacity.Series, c Settings, whole bool, tick func(done, total int)) (Result, capacity.Fitted, error) {
	at := origins(s, c)
	if len(at) == 0 {
		return Result{}, nil, fmt.Errorf("backtest %q: %d steps leave no history before a horizon of %d, shorten it or wait: %w",
			m.Name(), s.Len(), c.Horizon, capacity.ErrTooShort)
	}
	r := Result{Levels: c.Levels}
	var short error
	ends := at
	if whole {
		ends = append(slices.Clone(at), s.Len())
	}
	fitted := refit(ctx, m, s, ends)
	last := fitted[len(fitted)-1]
	for i, train := range at {
		o, err := forecast(ctx, m, fitted[i], s, train, c)
		switch {
		case err == nil:
			r.Origins = append(r.Origins, o)
		case errors.Is(err, capacity.ErrTooShort):
			short = err
		case errors.Is(err, capacity.ErrNotForecastable):
			return Result{Levels: c.Levels, Score: capacity.Score{Model: m.Name(), Refused: err.Error(), Code: capacity.CodeOf(err)}}, nil, nil
		default:
			return Result{}, nil, fmt.Errorf("backtest %q from step %d: %w", m.Name(), train, err)
		}
		if tick != nil {
			tick(i+1, len(at))
		}
	}
	if len(r.Origins) == 0 {
		r.Score = capacity.Score{Model: m.Name(), Refused: short.Error(), Code: capacity.CodeTooShort}
		return r, nil, nil
	}
	r.Score = score(m.Name(), r.Origins, c.Levels)
	if !whole {
		last = nil
	}
	return r, last, nil
}

// forecast lets m forecast s from one origin, fitted there unless it is nil. An ErrNotForecastable also stands
// for an answer that breaks the contract of a Model.
func forecast(ctx context.Context, m capacity.Model, fitted capacity.Fitted, s capacity.Series, train int, c Settings) (Origin, error) {
	err := ctx.Err()
	if err != nil {
		return Origin{}, err
	}
	past := s.Slice(0, train)
	past.Values = slices.Clip(past.Values) // what follows is out of reach even by reslicing
	if fitted == nil {
		if fitted, err = m.Fit(ctx, past); err != nil {
			return Origin{}, err
		}
	}
	point, err := fitted.Predict(ctx, past, c.Horizon)
	if err != nil {
		return Origin{}, err
	}
	if err := Usable(m.Name(), point, c.Horizon); err != nil {
		return Origin{}, err
	}
	o := Origin{Train: train, Scale: seasonalError(past.Values, c.Season)}
	for t, v := range s.Values[train : train+c.Horizon] {
		if !math.IsNaN(v) {
			o.Steps = append(o.Steps, t)
			o.Point = append(o.Point, point[t])
			o.Actual = append(o.Actual, v)
		}
	}
	return o, nil
}

// Usable reports why what a model of that name forecast for so many steps breaks
// the contract of [capacity.Fitted]: an ErrNotFinite, ErrNegative or, if it has
// not that many steps, another ErrNotForecastable.
func Usable(model string, point []float64, horizon int) error {
	if len(point) != horizon {
		return fmt.Errorf("model %q gave %s instead of %d: %w", model, capacity.Count(len(point), "step"), horizon, capacity.ErrNotForecastable)
	}
	for t, v := range point {
		if !(v >= 0 && v <= math.MaxFloat64) {
			kind := capacity.ErrNotFinite
			if v < 0 && !math.IsInf(v, 0) {
				kind = capacity.ErrNegative
			}
			return fmt.Errorf("model %q gave %v for step %d: %w", model, v, t, kind)
		}
	}
	return nil
}

// seasonalError is the mean absolute error of the seasonal naive forecast
// inside values, gaps left out; 0 if there is no pair to compare.
func seasonalError(values []float64, season int) float64 {
	mean, n := 0.0, 0.0
	for i := season; i < len(values); i++ {
		if e := math.Abs(values[i] - values[i-season]); !math.IsNaN(e) {
			n++
			mean += (e - mean) / n
		}
	}
	return mean
}
