package planning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/activities/failure"
	"headroom/activities/histories"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
)

// OptimiseInput is what a plan is made from.
type OptimiseInput struct {
	Policy     capacity.Policy
	PolicyHash string `json:",omitempty"` // of the policy as it is in force
	Clock      capacity.Clock
	Now        time.Time // on that clock
	Forecast   ForecastResult
	Table      capacity.Ref
	Columns    []histories.Column `json:",omitempty"` // that unit rates are learnt from
	// Reason is why the plan is made out of turn; empty if it is not.
	Reason string `json:",omitempty"`
}

// OptimiseResult is the stored plan in short.
type OptimiseResult struct {
	Plan    capacity.PlanRef
	Changes int
	Largest capacity.Units // the most units that one action changes
	Expect  capacity.Expectation
	// Extra is the money that the plan spends on units until it ends, beyond what
	// those would cost that the targets are asked for now; below zero it saves.
	Extra   float64
	Summary string // in Markdown
}

// forecast is what is known of the forecast f that the result describes.
func (r ForecastResult) forecast(f capacity.Forecast) pipeline.Forecast {
	return pipeline.Forecast{Forecast: f, Score: r.Score, Load: r.Load, Notes: r.Notes, Code: r.Code}
}

// Optimise reads what the policy's targets run, finds the cheapest schedule that keeps
// the policy, stores it and makes it the service's current plan. Unit rates and
// lead times are learnt and measured before, where the policy says so, and kept for
// plans that cannot learn them. The rest is [pipeline.MakePlan].
func (a *Planning) Optimise(ctx context.Context, in OptimiseInput) (out OptimiseResult, err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &out, &err)
	states, away, err := a.states(ctx, in.Policy, in.Clock)
	if err != nil {
		return out, err
	}
	seen := a.Records.On(in.Clock)()
	var f capacity.Forecast
	if err := a.Records.GetJSON(ctx, in.Forecast.Forecast, &f); err != nil {
		return out, err
	}
	learned, err := LearnedValues(ctx, a.Records, in)
	if err != nil {
		return out, fmt.Errorf("plan %q: %w", in.Policy.Service, err)
	}
	if err := a.Records.KeepUnitRates(ctx, in.Policy.Service, learned.Rates); err != nil {
		return out, err
	}
	from := pipeline.PlanInput{Asked: in.Policy, Learned: learned, Forecast: in.Forecast.forecast(f), States: states, Now: in.Now, Reason: in.Reason}
	if away != "" {
		from.Notes = append(from.Notes, away)
	}
	if from.Share, err = a.shareOf(ctx, in.Policy); err != nil {
		return out, err
	}
	if in.Policy.Control.Floor.Wanted() {
		if from.Load, err = histories.Series(ctx, a.Records, in.Table, in.Policy.Demand); err != nil {
			return out, err
		}
	}
	stored, err := pipeline.MakePlan(from)
	if err != nil {
		return out, err
	}
	stored.PolicyHash = in.PolicyHash
	stored.Forecast, stored.Table, stored.Board = in.Forecast.Forecast, in.Table, in.Forecast.Board
	plan := stored.Plan
	ref, err := a.Records.PutJSON(ctx, capacity.PlanKey(in.Policy.Service, plan.ID, "plan.json"), stored)
	if err != nil {
		return out, err
	}
	out = inShort(stored, ref)
	reading := records.Reading{Service: in.Policy.Service, Now: seen, Speed: in.Clock.Speed, Policy: stored.Policy, Plan: &plan, Forecast: f}
	if away == "" {
		reading.States = states
	}
	a.Records.Show(reading)
	if away == "" {
		if err := a.Records.BookSeen(ctx, in.Policy, plan.ID, seen, states); err != nil {
			return out, err
		}
	}
	if err := a.witnessPlan(ctx, in, stored, out); err != nil {
		return out, err
	}
	return out, a.makeCurrent(ctx, in.Policy.Service, out.Plan)
}

// states is what the policy's targets run, in the order of its pools.
func (a *Planning) states(ctx context.Context, p capacity.Policy, c capacity.Clock) ([]capacity.State, string, error) {
	return States(ctx, a.Records, a.Targets, p, a.Records.On(c))
}

// States is what the policy's targets run, in the order of its pools. Its errors are
// those of [capacity.Target]. A target whose target worker is away is taken to run what
// the plan that was made last asks of it now, and away says so; without such a plan the
// error is ErrAway.
func States(ctx context.Context, r records.Records, targets func(capacity.TargetName, func() time.Time) (capacity.Target, error), p capacity.Policy, now func() time.Time) (states []capacity.State, away string, err error) {
	states = make([]capacity.State, len(p.Pools))
	for i, pool := range p.Pools {
		target, err := targets(pool.Target, now)
		if err == nil {
			states[i], err = target.State(ctx)
		}
		if errors.Is(err, capacity.ErrAway) {
			if planned, found := asPlanned(ctx, r, p.Service, pool.Target, now()); found {
				states[i], away, err = planned, fmt.Sprintf("it begins with what the plan before asks for: %v", err), nil
			}
		}
		if err != nil {
			return nil, "", err
		}
	}
	return states, away, nil
}

// asPlanned is what the plan that was made last asks of a target at a time. It reports
// false if there is none that can be read, or it says nothing of that.
func asPlanned(ctx context.Context, r records.Records, service string, target capacity.TargetName, at time.Time) (capacity.State, bool) {
	var current capacity.PlanRef
	var stored pipeline.StoredPlan
	if r.ReadJSON(ctx, capacity.CurrentPlanKey(service), &current) != nil || r.GetJSON(ctx, current.Ref, &stored) != nil {
		return capacity.State{}, false
	}
	for _, pool := range stored.Plan.Pools {
		if pool.Target.Identity() != target.Identity() {
			continue
		}
		for _, step := range slices.Backward(pool.Steps) {
			if !step.Start.After(at) {
				return capacity.State{Units: step.Units, Serving: step.Units}, true
			}
		}
	}
	return capacity.State{}, false
}

// makeCurrent points the service's current plan at p.
func (a *Planning) makeCurrent(ctx context.Context, service string, p capacity.PlanRef) error {
	_, err := a.Records.WriteJSON(ctx, capacity.CurrentPlanKey(service), p)
	return err
}
