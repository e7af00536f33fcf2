package activities

import (
	"context"

	"headroom/capacity"
	"headroom/history"
)

// DeliverInput is a plan that was made, and may now go where its policy says.
type DeliverInput struct {
	Policy capacity.Policy
	Clock  capacity.Clock
	Plan   OptimiseResult
	Model  string // that forecast it
}

// planOne does for one service what the workflow Plan orders, by the same steps,
// until the plan is to go to a person or to the conductor.
func (a *Activities) planOne(ctx context.Context, in ChunkInput, p capacity.Policy, got history.Got) (FleetEntry, error) {
	entry := FleetEntry{Service: p.Service}
	one, _ := a.onScratch()
	table, err := one.putTable(ctx, p.Service, got.Table)
	if err != nil {
		return entry, err
	}
	source, err := a.Sources(p.Demand.Source)
	if err != nil {
		return entry, err
	}
	columns, err := one.columns(ctx, source, p, in.Now.Add(-p.Demand.Window), in.Now)
	if err != nil {
		return entry, err
	}
	forecast, err := one.Forecast(ctx, ForecastInput{Policy: p, Table: table})
	if err != nil {
		return entry, err
	}
	if forecast.Retrain {
		if _, err := a.retrainOne(ctx, p, got); err != nil {
			return entry, err
		}
		entry.Retrained = true
		if forecast, err = one.Forecast(ctx, ForecastInput{Policy: p, Table: table}); err != nil {
			return entry, err
		}
	}
	plan, err := one.Optimise(ctx, OptimiseInput{Policy: p, Clock: in.Clock, Now: in.Now, Forecast: forecast, Table: table, Columns: columns})
	if err != nil {
		return entry, err
	}
	entry.Model, entry.Plan = forecast.Model, plan.Plan.ID
	if entry.Verdict, err = a.Deliver(ctx, DeliverInput{Policy: p, Clock: in.Clock, Plan: plan, Model: forecast.Model}); err != nil {
		return entry, err
	}
	_, err = one.Report(ctx, ReportInput{Service: p.Service, Plan: plan.Plan, Verdict: entry.Verdict})
	return entry, err
}
