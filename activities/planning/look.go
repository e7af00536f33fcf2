package planning

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
)

// LookInput says whose plan to look at, and when, on that clock.
type LookInput struct {
	Policy capacity.Policy
	Now    time.Time
	Clock  capacity.Clock // what Now is on
}

// LookResult says what is to be done out of turn, and why. All empty: nothing.
type LookResult struct {
	Plan    string                 // why a plan is to be made
	Retrain string                 // why the models are to be retrained before
	Held    string                 // what speaks for a plan, and until when it is put off
	Track   *pipeline.PlanAccuracy `json:",omitempty"` // how the plan has held; nil: nothing was measured since
}

// Look compares a service's plan with what has become known since it was made:
// the policy, its events, and the load. It asks for another plan where
//
//   - there is none, or it has ended;
//   - the policy or an event has changed;
//   - the last three measurements all were above, or all below, what the
//     forecast held likely ([pipeline.Anomaly]);
//   - demand has drifted from what the champion learnt, unless it was retrained
//     not long ago; then for a retraining as well.
//
// After a plan it asks for none for as long as the policy's schedule.replan,
// unless that one has ended. Its errors are those of [history.Source], unless
// the policy alone asks for a plan.
func (a *Planning) Look(ctx context.Context, in LookInput) (out LookResult, err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &out, &err)
	stored, current, err := a.currentPlan(ctx, in.Policy.Service)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
		return a.first(ctx, in.Policy.Service, "there is no plan yet")
	case errors.Is(err, capacity.ErrBadData):
		return a.first(ctx, in.Policy.Service, fmt.Sprintf("the plan cannot be read: %v", err))
	case err != nil:
		return out, err
	case !in.Now.Before(current.End):
		return LookResult{Plan: "plan " + current.ID + " has ended"}, nil
	}
	reasons := pipeline.PolicyChanges(stored.Asked, in.Policy)
	loads, retrain, err := a.surprises(ctx, in, stored, &out)
	if err != nil && len(reasons) == 0 {
		return out, err
	}
	reasons = append(reasons, loads...)
	if len(reasons) == 0 {
		return out, nil
	}
	why := strings.Join(reasons, "; ")
	if next := current.Now.Add(in.Policy.Schedule.Replan); in.Now.Before(next) {
		out.Held = fmt.Sprintf("%s, but plan %s is put off until %s", why, current.ID, next.UTC().Format(time.RFC3339))
		return out, nil
	}
	out.Plan, out.Retrain = why, retrain
	return out, nil
}

// first is what a service needs that has no plan, and why that is so.
func (a *Planning) first(ctx context.Context, service, why string) (LookResult, error) {
	out := LookResult{Plan: why}
	_, _, err := retraining.ReadChampion(ctx, a.Records, service)
	switch {
	case errors.Is(err, capacity.ErrNotFound):
		out.Retrain, err = "no model is trained yet", nil
	case errors.Is(err, capacity.ErrBadData):
		out.Retrain, err = fmt.Sprintf("the champion cannot be read: %v", err), nil
	}
	return out, err
}

// currentPlan reads the plan that was made last.
func (a *Planning) currentPlan(ctx context.Context, service string) (stored pipeline.StoredPlan, current capacity.PlanRef, err error) {
	key := capacity.CurrentPlanKey(service)
	data, _, err := a.Records.Store.Get(ctx, key)
	if err != nil {
		return stored, current, err
	}
	if err := records.Decode(key, data, &current); err != nil {
		return stored, current, err
	}
	if current.Ref.Key == "" {
		return stored, current, fmt.Errorf("%q names no plan: %w", key, capacity.ErrBadData)
	}
	return stored, current, a.Records.GetJSON(ctx, current.Ref, &stored)
}

// surprises is what the load since the plan says against it, and why the models
// should be retrained first, if so. It says in out how the plan has held.
func (a *Planning) surprises(ctx context.Context, in LookInput, stored pipeline.StoredPlan, out *LookResult) (reasons []string, retrain string, err error) {
	d := in.Policy.Demand
	source, err := a.Sources(d.Source)
	if err != nil {
		return nil, "", err
	}
	t, err := source.Fetch(ctx, d, in.Now.Add(-d.Window), in.Now)
	if err != nil {
		return nil, "", err
	}
	defer t.Release()
	s, _, err := history.ToSeries(t, d)
	if err != nil {
		return nil, "", err
	}
	var f capacity.Forecast
	if err := a.Records.GetJSON(ctx, stored.Forecast, &f); err != nil {
		return nil, "", err
	}
	out.Track = pipeline.Accuracy(s, f, stored)
	a.refresh(ctx, stored, s, in.Now)
	a.showPlan(ctx, in, stored, f)
	a.Records.ShowLoad(in.Policy, s, in.Now)
	if why := pipeline.Anomaly(s, f); why != "" {
		reasons = append(reasons, why)
	}
	drifted, wait, err := a.drifted(ctx, in.Policy, s)
	if err != nil || !drifted.Drifted || wait > 0 {
		return reasons, "", err
	}
	retrain = "demand has drifted: " + drifted.String()
	return append(reasons, retrain), retrain, nil
}

// drifted reports whether a history has drifted from what the champion learnt,
// and how long a retraining must wait. Without a champion that can forecast
// there is nothing to drift from.
func (a *Planning) drifted(ctx context.Context, p capacity.Policy, s capacity.Series) (backtest.Drift, time.Duration, error) {
	champion, _, err := retraining.ReadChampion(ctx, a.Records, p.Service)
	if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
		return backtest.Drift{}, 0, nil
	}
	if err != nil {
		return backtest.Drift{}, 0, err
	}
	ready, err := pipeline.Prepare(s, p)
	if err != nil {
		return backtest.Drift{}, 0, err
	}
	held, err := retraining.Hold(ctx, a.Records, a.Models, champion, s.Step)
	if err == nil {
		var recent []backtest.Origin
		recent, err = backtest.Recent(ctx, held.Fitted, ready.Series, ready.Place(held.TrainedTo), ready.Steps(int(p.Forecast.Horizon/s.Step)))
		if err == nil {
			found, wait := drift(champion, held, recent, s.End())
			return found, wait, nil
		}
	}
	if retraining.Unusable(err) {
		err = nil // the next plan says so, and chooses another model
	}
	return backtest.Drift{}, 0, err
}

// showPlan is show for a stored plan and what its targets run. A target that cannot
// be read has no gauges; the error is reported when units are requested from it.
func (a *Planning) showPlan(ctx context.Context, in LookInput, stored pipeline.StoredPlan, f capacity.Forecast) {
	if a.Records.Observer == nil {
		return
	}
	r := records.Reading{Service: in.Policy.Service, Now: in.Now, Speed: in.Clock.Speed, Policy: stored.Policy, Plan: &stored.Plan, Forecast: f}
	if states, away, err := a.states(ctx, stored.Policy, in.Clock); err == nil && away == "" {
		r.States = states
	}
	a.Records.Show(r)
}
