// Package planning forecasts a service's load, plans its capacity, looks whether the plan
// still holds, and writes the report on it.
package planning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
)

// Planning forecasts, plans, looks and reports.
type Planning struct {
	Records records.Records
	Sources func(uri string) (history.Source, error)
	// Targets finds a target; a simulated one lives in the given time.
	Targets func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	// Models is the candidates for a step, simplest first.
	Models func(step time.Duration) []capacity.Model
}

// ForecastInput says what to forecast from.
type ForecastInput struct {
	Policy capacity.Policy
	Table  capacity.Ref
	// Now is when the plan begins that the forecast is for. Zero: where the history
	// ends.
	Now time.Time `json:",omitzero"`
}

// ForecastResult is the stored forecast.
type ForecastResult struct {
	Forecast capacity.Ref
	Board    capacity.Ref // of the champion's retraining; empty on the fallback
	Model    string
	Score    capacity.Score `json:",omitzero"` // of the model's backtest
	// Load is the account of the history, and Notes begins with its notes.
	Load    capacity.LoadSummary
	Notes   []string      // why the fallback was used, if it was, and what to know of the champion
	Code    capacity.Code // why no model could be used; empty if one was
	Drift   backtest.Drift
	Retrain bool // whether drift asks for a retraining now
	// Late is how long before Now the history ends; nil if it is not late.
	Late *pipeline.Lateness `json:",omitempty"`
	// Track is how the plan before has held; nil if it is not known.
	Track *pipeline.PlanAccuracy `json:",omitempty"`
}

// errNoChampion: the service has no champion yet.
var errNoChampion = fmt.Errorf("no model is trained yet: %w", capacity.ErrNotFound)

// coolDown is how long after a retraining drift asks for no other.
const coolDown = 6 * time.Hour

// Forecast continues the history to the policy's horizon from now on with the
// champion, brought up to date, and reports whether the history is late, and
// whether demand has drifted from what the champion learnt. If there is none, or it cannot forecast, the best model of the moment
// is chosen anew from this history, and a note says why. If none may be used at
// all, the forecast is that of [backtest.Past], and Code says why. It refuses a
// history that says nothing, by the errors of [capacity.Examine] but
// ErrTooShort.
func (a *Planning) Forecast(ctx context.Context, in ForecastInput) (out ForecastResult, err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &out, &err)
	s, account, err := histories.Read(ctx, a.Records, in.Table, in.Policy.Demand)
	if err != nil {
		return out, err
	}
	if _, err := capacity.Examine(s); err != nil && !errors.Is(err, capacity.ErrTooShort) {
		return out, fmt.Errorf("history of %q from %s: %w", in.Policy.Service, in.Policy.Demand.Source, err)
	}
	if stored, _, err := a.currentPlan(ctx, in.Policy.Service); err == nil {
		// An old plan that cannot be judged is no reason to make no new one.
		var before capacity.Forecast
		if a.Records.GetJSON(ctx, stored.Forecast, &before) == nil {
			out.Track = pipeline.Accuracy(s, before, stored)
		}
	}
	now := in.Now
	if now.IsZero() {
		now = s.End()
	}
	history, err := pipeline.PrepareHistory(in.Policy, s, account, now)
	if err != nil {
		return out, err
	}
	out.Late, out.Load = history.Late, history.Load
	a.Records.ShowLoad(in.Policy, s, now)
	f, err := a.byChampion(ctx, in.Policy, s, history, &out)
	if err != nil {
		if f, err = a.withoutChampion(ctx, in.Policy, history, err, &out); err != nil {
			return out, err
		}
	}
	if f, err = history.Finish(f); err != nil {
		return out, err
	}
	out.Model, out.Score, out.Notes, out.Code = f.Model, f.Score, f.Notes, f.Code
	data, err := json.Marshal(f.Forecast)
	if err != nil {
		return out, fmt.Errorf("encode forecast of %q: %w", in.Policy.Service, err)
	}
	out.Forecast, err = a.Records.Store.Put(ctx, capacity.ForecastKey(in.Policy.Service, a.Records.Now(), capacity.RefTo("", data).SHA256), data)
	return out, err
}

// withoutChampion forecasts although, because of err, the champion does not, and
// says so in the notes.
func (a *Planning) withoutChampion(ctx context.Context, p capacity.Policy, history pipeline.PreparedHistory, err error, out *ForecastResult) (pipeline.Forecast, error) {
	if !retraining.Unusable(err) {
		return pipeline.Forecast{}, err
	}
	why := fmt.Sprintf("no model is trained yet: run `headroom retrain %s`", p.Service)
	if !errors.Is(err, errNoChampion) {
		why = fmt.Sprintf("the champion could not forecast (%v): run `headroom retrain %s`", err, p.Service)
	}
	f, choice, failed := history.Best(ctx, a.Models(history.Ready.Series.Step))
	if failed != nil {
		return f, failed
	}
	if f.Code == "" {
		why += fmt.Sprintf("; %s was chosen from the history at hand", choice.Winner)
	}
	out.Board = capacity.Ref{}
	f.Notes = append([]string{capacity.CodeOf(err).Note(why)}, f.Notes...)
	return f, nil
}

// byChampion forecasts a history with the service's champion, and says in out
// whether it has drifted.
func (a *Planning) byChampion(ctx context.Context, p capacity.Policy, s capacity.Series, history pipeline.PreparedHistory, out *ForecastResult) (pipeline.Forecast, error) {
	var none pipeline.Forecast
	ready := history.Ready
	champion, _, err := retraining.ReadChampion(ctx, a.Records, p.Service)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
		return none, errNoChampion
	case err != nil:
		return none, err
	}
	held, err := retraining.Hold(ctx, a.Records, a.Models, champion, ready.Series.Step)
	if err != nil {
		return none, err
	}
	point, err := held.Predict(ctx, ready, history.Steps())
	if err != nil {
		return none, err
	}
	// What is measured by is the champion as it was trained: what it has learnt
	// since would flatter it.
	recent, err := backtest.Recent(ctx, held.Fitted, ready.Series, ready.Place(held.TrainedTo), ready.Steps(pipeline.HorizonSteps(p, s)))
	if err != nil {
		return none, err
	}
	out.Board = held.Board
	f := pipeline.Forecast{Score: held.Score}
	if champion.Why != "" {
		f.Notes = append(f.Notes, "the last retraining chose "+held.Model+": "+champion.Why)
	}
	if champion.Frozen != nil {
		f.Notes = append(f.Notes, fmt.Sprintf("a later retraining kept %s: %s", held.Model, champion.Frozen))
	}
	var wait time.Duration
	if out.Drift, wait = drift(champion, held, recent, s.End()); out.Drift.Drifted {
		out.Retrain = wait <= 0
		fate := "it is retrained now"
		if !out.Retrain {
			fate = fmt.Sprintf("it is not retrained before the history is %s longer", capacity.Brief(wait))
		}
		f.Notes = append(f.Notes, capacity.CodeDrifting.Note(fmt.Sprintf("%s; %s", out.Drift, fate)))
	}
	f.Forecast = held.Calibration.Adapt(recent).Forecast(held.Model, ready.Series.End(), ready.Series.Step, point, backtest.Levels())
	return f, nil
}

// drift is whether a history that ends at end has drifted from what the champion
// learnt, by how far off that was recently; and if so, how much longer the
// history must get before the champion may be retrained for it.
func drift(champion retraining.Champion, held retraining.Holder, recent []backtest.Origin, end time.Time) (backtest.Drift, time.Duration) {
	return backtest.Cusum(held.Calibration.Errors(recent)), coolDown - end.Sub(champion.LastReview())
}
