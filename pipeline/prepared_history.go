package pipeline

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/backtest"
	"headroom/calendar"
	"headroom/capacity"
)

// A PreparedHistory is a measured load that is ready to be forecast from its end to the
// policy's horizon, which counts from now however long ago the load ends.
type PreparedHistory struct {
	Ready calendar.Prepared
	Load  capacity.LoadSummary // the account of what was read and masked
	Late  *Lateness            // nil: the history is not late

	policy capacity.Policy
	steps  int // from the end of the history to the horizon
}

// A Lateness says how long before now a load history ends.
type Lateness struct {
	End   time.Time     // of the last measured step
	By    time.Duration // from then until now, in whole steps
	Steps int
}

// A history is late if at least lateSteps steps and lateTime are missing at its end.
// The newest step is usually still on its way.
const (
	lateSteps = 2
	lateTime  = 3 * time.Minute
)

// highest is how long before the end of a history its highest load counts for a
// plan that covers more than its horizon.
const highest = 7 * 24 * time.Hour

// PrepareHistory prepares a measured load for a forecast that is made now. The account
// is of how it was read; Load is the same with what was masked and questioned. The error is that of
// [calendar.SettingsFor].
func PrepareHistory(p capacity.Policy, s capacity.Series, account capacity.LoadSummary, now time.Time) (PreparedHistory, error) {
	ready, err := Prepare(s, p)
	h := PreparedHistory{Ready: ready, policy: p, steps: HorizonSteps(p, s)}
	if err != nil {
		return h, err
	}
	h.Load = Account(account, p, ready)
	if now.After(s.End()) {
		h.steps += int(now.Sub(s.End()) / s.Step)
	}
	last := s.Len()
	for last > 0 && math.IsNaN(s.Values[last-1]) {
		last--
	}
	end := s.At(last)
	if n := int(now.Sub(end) / s.Step); last > 0 && n >= lateSteps && time.Duration(n)*s.Step >= lateTime {
		h.Late = &Lateness{End: end, By: time.Duration(n) * s.Step, Steps: n}
	}
	return h, nil
}

// HorizonSteps is the policy's horizon in whole steps of the series.
func HorizonSteps(p capacity.Policy, s capacity.Series) int {
	return int(p.Forecast.Horizon / s.Step)
}

// Steps is how many steps of the prepared series are to be forecast.
func (h PreparedHistory) Steps() int { return h.Ready.Steps(h.steps) }

// A Forecast is a forecast, and what is known of it.
type Forecast struct {
	capacity.Forecast
	Score capacity.Score       // of the model's backtest; zero if no model stands behind it
	Load  capacity.LoadSummary // the account of the history
	Notes []string             // what a reader of the plan should know
	Code  capacity.Code        // why no model stands behind it; empty if one does
}

// Best forecasts the prepared series with the best of models, simplest first, as
// [backtest.Continue] chooses it, and returns that choice. Its errors are those of
// [backtest.Continue].
func (h PreparedHistory) Best(ctx context.Context, models []capacity.Model) (Forecast, backtest.Choice, error) {
	settings := backtest.SettingsFor(h.policy.Forecast.Horizon, h.Ready.Series)
	settings.Costing = Costing(h.policy, h.Ready.Series)
	x, err := backtest.Continue(ctx, models, h.Ready.Series, settings, h.Steps(), backtest.Levels())
	return Forecast{Forecast: x.Forecast, Score: x.Choice.Score(), Notes: x.Notes, Code: x.Code}, x.Choice, err
}

// Finish turns a forecast of the prepared series into one of the demand, with the
// account of the history and all notes on both. The error is that of
// [capacity.Forecast.Validate].
func (h PreparedHistory) Finish(f Forecast) (Forecast, error) {
	var notes []string
	if h.Late != nil {
		notes = append(notes, h.Late.In(h.policy.Demand.Zone()))
		if h.tooLate() {
			f.Forecast, notes[0] = h.lifted(f.Forecast), notes[0]+h.liftNote()
		}
	}
	f.Forecast = h.Ready.Restore(f.Forecast, h.steps)
	f.Load = h.Load
	f.Notes = slices.Concat(h.Load.Notes, f.Notes, notes, h.Ready.Notes, calendar.Tell(f.Forecast, h.policy.Demand))
	return f, f.Validate()
}

// String is a Lateness in a sentence, in UTC.
func (l Lateness) String() string { return l.In(time.UTC) }

// In is a Lateness in a sentence, on the wall clock of a zone.
func (l Lateness) In(zone *time.Location) string {
	return fmt.Sprintf("LATE HISTORY: the load history ends at %s, %s (%s) before the plan was made; the forecast covers that time as well, so it is less certain: check what exports the load",
		capacity.Stamp(l.End, zone), capacity.Brief(l.By), capacity.Count(l.Steps, "step"))
}

// tooLate reports whether the whole horizon lies beyond what models were tested
// at: then the upper quantiles do not go below the highest recent load.
func (h PreparedHistory) tooLate() bool {
	return h.Late != nil && h.Late.By > h.policy.Forecast.Horizon
}

// recentHigh is the highest load of the last week of the prepared history.
func (h PreparedHistory) recentHigh() float64 {
	s, high := h.Ready.Series, 0.0
	for _, v := range s.Values[max(0, s.Len()-int(highest/s.Step)):] {
		if v > high {
			high = v
		}
	}
	return high
}

// lifted is f with no quantile above the median below the highest recent load.
func (h PreparedHistory) lifted(f capacity.Forecast) capacity.Forecast {
	least := h.recentHigh()
	values := slices.Clone(f.Values)
	for i, level := range f.Levels {
		if level <= 0.5 {
			continue
		}
		values[i] = slices.Clone(values[i])
		for t, v := range values[i] {
			values[i][t] = max(v, least)
		}
	}
	f.Values = values
	return f
}

func (h PreparedHistory) liftNote() string {
	return fmt.Sprintf("; since that is longer than the horizon of %s, the plan covers at least %s%s at all times, the highest load of the history's last week",
		capacity.Brief(h.policy.Forecast.Horizon), capacity.Figure(h.policy.Demand.Rate(h.recentHigh())), perSecond(h.policy.Demand))
}

// perSecond is the unit of the policy's load: a sum is planned for per second.
func perSecond(d capacity.Demand) string {
	if d.Aggregate == capacity.Sum {
		return "/s"
	}
	return ""
}
