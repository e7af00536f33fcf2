package backtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"headroom/capacity"
)

// A Continuation is how a series may go on, and who says so.
type Continuation struct {
	Forecast capacity.Forecast
	Choice   Choice        // of the model; zero if it is from the recent past
	Code     capacity.Code // why it is from the recent past; empty if a model was chosen
	Notes    []string      // what a reader should know: the choice, who was left out, why there is no model
}

// Continue forecasts the h steps after s with the best of models, by [Select].
// Where no model may be used, since less than a day was measured or since all of
// them refuse, the forecast is that of [Past], and Code and a note say why and
// what ends it. The errors are those of [Past], the context's, and whatever else
// a model returns.
func Continue(ctx context.Context, models []capacity.Model, s capacity.Series, settings Settings, h int, levels []float64) (Continuation, error) {
	var x Continuation
	_, err := capacity.Examine(s)
	if !errors.Is(err, capacity.ErrTooShort) {
		var selected Selection
		if selected, err = Select(ctx, models, s, settings); err == nil {
			x.Forecast, err = selected.Forecast(ctx, s, h, levels)
			x.Choice = selected.Choice
		}
	}
	if err == nil {
		why := x.Choice.Why
		if x.Choice.Code != "" {
			why = x.Choice.Code.Note(why)
		}
		x.Notes = append(x.Notes, why)
		if out := x.Choice.LeftOut(); out != "" {
			x.Notes = append(x.Notes, "not compared: "+out)
		}
		return x, nil
	}
	if !refused(err) {
		return x, err
	}
	x = Continuation{Code: capacity.CodeOf(err)}
	ends := "once a model can forecast again: look at the leaderboard, and retrain"
	if x.Code == capacity.CodeTooShort {
		ends = "with more history, a day at least"
	}
	x.Notes = append(x.Notes, x.Code.Note(fmt.Sprintf(
		"NO MODEL MAY BE USED (%v), so the forecast is flat: the quantiles of the last day and week, widened. It sees no peak coming: let something that reacts to load stand by. This ends %s", err, ends)))
	x.Forecast, err = Past(s, h, levels)
	return x, err
}

// LeftOut lists the models that were not compared, each with its code.
func (c Choice) LeftOut() string {
	var all []string
	for _, score := range c.Board {
		if score.Refused != "" {
			all = append(all, fmt.Sprintf("%s (%s)", score.Model, score.Code))
		}
	}
	return strings.Join(all, ", ")
}
