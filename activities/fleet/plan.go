package fleet

import (
	"context"

	"headroom/activities/execution"
	"headroom/activities/histories"
	"headroom/activities/planning"
	"headroom/capacity"
)

// DeliverInput is a plan that was made, and may now go where its policy says.
type DeliverInput struct {
	Policy     capacity.Policy
	PolicyHash string
	Clock      capacity.Clock
	Plan       planning.OptimiseResult
}

// A foreseen is what a plan is made from.
type foreseen struct {
	table     capacity.Ref
	columns   []histories.Column
	forecast  planning.ForecastResult
	retrained bool // early, because demand has drifted
}

// optimise is the next step.
func (f foreseen) optimise(in ChunkInput, s service) planning.OptimiseInput {
	return planning.OptimiseInput{Policy: s.Policy, PolicyHash: s.PolicyHash, Clock: in.Clock, Now: in.Now, Forecast: f.forecast, Table: f.table, Columns: f.columns}
}

// foresee stores a service's history and forecasts. Where demand has drifted, the
// models are retrained at once: all that it takes is at hand.
func (a *Fleet) foresee(ctx context.Context, in ChunkInput, p capacity.Policy, got gathering) (f foreseen, err error) {
	if f.table, err = histories.Put(ctx, a.Records, p.Service, got.Table); err != nil {
		return f, err
	}
	if f.columns, err = histories.Columns(ctx, a.Records, got.columns, p, in.Now.Add(-p.Demand.Window), in.Now); err != nil {
		return f, err
	}
	ask := planning.ForecastInput{Policy: p, Table: f.table, Now: in.Now}
	if f.forecast, err = a.Planning.Forecast(ctx, ask); err != nil || !f.forecast.Retrain || in.Draft {
		return f, err
	}
	if _, err := a.retrainOne(ctx, p, in.Now, got.Got); err != nil {
		return f, err
	}
	f.retrained = true
	f.forecast, err = a.Planning.Forecast(ctx, ask)
	return f, err
}

// planOne does for one service what the workflow Plan orders, by the same steps,
// until the plan is to go to a person or to the conductor.
func (a *Fleet) planOne(ctx context.Context, in ChunkInput, s service, got gathering) (Entry, error) {
	p := s.Policy
	entry := Entry{Service: p.Service}
	if err := a.Execution.ApplyPolicy(ctx, execution.PolicyInput{Service: p.Service}); err != nil {
		return entry, err
	}
	one, _ := a.onScratch()
	ready, err := one.foresee(ctx, in, p, got)
	if err != nil {
		return entry, err
	}
	plan, err := one.Planning.Optimise(ctx, ready.optimise(in, s))
	if err != nil {
		return entry, err
	}
	entry.Model, entry.Plan, entry.Retrained = ready.forecast.Model, plan.Plan.ID, ready.retrained
	if p.Control.Mode == capacity.Auto { // a plan that waits claims them when it is handed over
		if err := execution.ClaimTargets(ctx, a.Records, a.Execution.Conductor, execution.HandOverInput{TakeInput: execution.TakeInput{Service: p.Service, Plan: plan.Plan, Clock: in.Clock}, Policy: p}); err != nil {
			return entry, err
		}
	}
	if entry.Verdict, err = a.Conductor.Deliver(ctx, DeliverInput{Policy: p, PolicyHash: s.PolicyHash, Clock: in.Clock, Plan: plan}); err != nil {
		return entry, err
	}
	record := planning.VerdictRecord(plan, entry.Verdict, "", "", in.Now)
	record.Service = p.Service
	if err = one.Records.Append(ctx, record, p.Notify, a.Records.Notices(record)...); err != nil {
		return entry, err
	}
	if entry.Verdict == "waiting" || entry.Verdict == "handed over" {
		return entry, nil // who holds the plan now writes its report
	}
	_, err = one.Planning.Report(ctx, planning.ReportInput{Service: p.Service, Plan: plan.Plan, Standing: capacity.Standing{Verdict: entry.Verdict, At: in.Now}})
	return entry, err
}
