package activities

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

// An Outlook is a load history that is ready to be forecast from its end to the
// policy's horizon, which counts from now on however long ago the history ends.
// Every plan is made from one, with and without servers.
type Outlook struct {
	Ready calendar.Prepared
	Late  *Lateness // nil: the history is not late

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

// NewOutlook prepares a history for a forecast that is made now.
func NewOutlook(p capacity.Policy, s capacity.Series, now time.Time) (Outlook, error) {
	ready, err := prepare(s, p)
	o := Outlook{Ready: ready, policy: p, steps: horizon(p, s)}
	if err != nil {
		return o, err
	}
	if now.After(s.End()) {
		o.steps += int(now.Sub(s.End()) / s.Step)
	}
	last := s.Len()
	for last > 0 && math.IsNaN(s.Values[last-1]) {
		last--
	}
	end := s.At(last)
	if n := int(now.Sub(end) / s.Step); last > 0 && n >= lateSteps && time.Duration(n)*s.Step >= lateTime {
		o.Late = &Lateness{End: end, By: time.Duration(n) * s.Step, Steps: n}
	}
	return o, nil
}

// horizon is the policy's horizon in steps of the series.
func horizon(p capacity.Policy, s capacity.Series) int { return int(p.Forecast.Horizon / s.Step) }

// Steps is how many steps of the prepared series are to be forecast.
func (o Outlook) Steps() int { return o.Ready.Steps(o.steps) }

// Continue forecasts with the best of models, as [backtest.Continue] has it.
func (o Outlook) Continue(ctx context.Context, models []capacity.Model) (backtest.Continuation, error) {
	settings := backtest.SettingsFor(o.policy.Forecast.Horizon, o.Ready.Series)
	settings.Costing = Costing(o.policy, o.Ready.Series)
	return backtest.Continue(ctx, models, o.Ready.Series, settings, o.Steps(), backtest.Levels())
}

// Restore turns a forecast of the prepared series into one of the demand, and
// returns what a reader of the plan should know.
func (o Outlook) Restore(f capacity.Forecast) (capacity.Forecast, []string) {
	var notes []string
	if o.Late != nil {
		notes = append(notes, o.Late.In(o.policy.Demand.Zone()))
		if o.tooLate() {
			f, notes[0] = o.lifted(f), notes[0]+o.liftNote()
		}
	}
	f = o.Ready.Restore(f, o.steps)
	return f, slices.Concat(notes, o.Ready.Notes, calendar.Tell(f, o.policy.Demand))
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
func (o Outlook) tooLate() bool { return o.Late != nil && o.Late.By > o.policy.Forecast.Horizon }

// recentHigh is the highest load of the last week of the prepared history.
func (o Outlook) recentHigh() float64 {
	s, high := o.Ready.Series, 0.0
	for _, v := range s.Values[max(0, s.Len()-int(highest/s.Step)):] {
		if v > high {
			high = v
		}
	}
	return high
}

// lifted is f with no quantile above the median below the highest recent load.
func (o Outlook) lifted(f capacity.Forecast) capacity.Forecast {
	least := o.recentHigh()
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

func (o Outlook) liftNote() string {
	return fmt.Sprintf("; since that is longer than the horizon of %s, the plan covers at least %s%s at all times, the highest load of the history's last week",
		capacity.Brief(o.policy.Forecast.Horizon), capacity.Figure(o.policy.Demand.Rate(o.recentHigh())), perSecond(o.policy.Demand))
}

// perSecond is the unit of the policy's load: a sum is planned for per second.
func perSecond(d capacity.Demand) string {
	if d.Aggregate == capacity.Sum {
		return "/s"
	}
	return ""
}
