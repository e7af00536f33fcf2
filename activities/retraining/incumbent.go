package retraining

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/activities/records"
	"headroom/backtest"
	"headroom/calendar"
	"headroom/capacity"
)

// enough is at how many origins of its own a champion is judged.
const enough = 3

// incumbent is the champion as a challenger meets it on a history that ends at
// end: by what it forecasts from
// the origins of the results that lie after its training. Where those are too
// few, the result of its model, fitted anew at each origin, stands in.
func (a *Retraining) incumbent(ctx context.Context, champion Champion, p capacity.Policy, end time.Time, ready calendar.Prepared, results []backtest.Result) (backtest.Incumbent, error) {
	s := ready.Series
	in := backtest.Incumbent{Model: champion.Model, Outlasted: champion.Outlasted}
	if champion.Model == "" {
		return in, nil
	}
	if !end.After(champion.Reviewed) && champion.Frozen == nil {
		in.Outlasted-- // this very retraining, done before
	}
	held, err := Hold(ctx, a.Records, a.Models, champion, s.Step)
	if err == nil {
		_, err = held.Predict(ctx, ready, 1)
	}
	if err == nil {
		in.From = ready.Place(held.TrainedTo)
		in.Result, err = backtest.Rerun(ctx, held.model, held.Fitted, s, in.From, backtest.SettingsFor(p.Forecast.Horizon, s), longest(results))
	}
	if Unusable(err) {
		in.Failed, in.Code = err.Error(), capacity.CodeOf(err)
		return in, nil
	}
	own := slices.IndexFunc(results, func(r backtest.Result) bool { return r.Score.Model == champion.Model })
	switch {
	case err != nil:
	case len(in.Result.Origins) < enough && own < 0:
		in.Failed, in.Code = "it is no candidate any more", capacity.CodeNone
	case len(in.Result.Origins) < enough:
		in.StandsIn, in.From, in.Result = true, 0, results[own]
		in.Failed, in.Code = in.Result.Score.Refused, in.Result.Score.Code
	case own < 0:
		in.Calibration = held.Calibration
	default:
		// Quantiles from the same origins as the challenger's: otherwise it would
		// be calibrations that are compared, and not models.
		before := slices.DeleteFunc(slices.Clone(results[own].Origins), func(o backtest.Origin) bool { return o.Train >= in.From })
		in.Result.Origins = append(before, in.Result.Origins...)
	}
	return in, err
}

// longest is the most origins that any of results has.
func longest(results []backtest.Result) []backtest.Origin {
	var most []backtest.Origin
	for _, r := range results {
		if len(r.Origins) > len(most) {
			most = r.Origins
		}
	}
	return most
}

// A Holder is a champion ready to forecast.
type Holder struct {
	Trained
	Fitted capacity.Fitted
	model  capacity.Model
}

// Hold loads a champion, for series at that step.
func Hold(ctx context.Context, r records.Records, models func(step time.Duration) []capacity.Model, champion Champion, step time.Duration) (h Holder, err error) {
	if err := r.GetJSON(ctx, champion.Trained, &h.Trained); err != nil {
		return h, err
	}
	if h.model, err = model(models, step, h.Model); err != nil {
		return h, err
	}
	if h.Fitted, err = h.model.Load(h.State); err != nil {
		return h, fmt.Errorf("champion %q: %w", champion.Trained.Key, err)
	}
	return h, nil
}

// Predict is the champion's forecast of the steps after the prepared series,
// brought up to date with that.
func (h Holder) Predict(ctx context.Context, ready calendar.Prepared, steps int) ([]float64, error) {
	current, err := backtest.UpToDate(ctx, h.Fitted, ready.Series, ready.Place(h.TrainedTo))
	if err != nil {
		return nil, err
	}
	point, err := current.Predict(ctx, ready.Series, steps)
	if err != nil {
		return nil, err
	}
	return point, backtest.Usable(h.Model, point, steps)
}

// Unusable reports whether err says that a champion has no forecast, so that
// another must take its place.
func Unusable(err error) bool {
	for _, target := range []error{capacity.ErrNotFound, capacity.ErrNotForecastable, capacity.ErrTooShort, capacity.ErrBadData, capacity.ErrBadSeries} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
