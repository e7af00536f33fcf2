package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// OptimiseInput is what a plan is made from.
type OptimiseInput struct {
	Policy   capacity.Policy
	Clock    capacity.Clock
	Now      time.Time // on that clock
	Forecast ForecastResult
	Table    capacity.Ref
	Columns  []Column `json:",omitempty"` // that unit rates are learnt from
	// Reason is why the plan is made out of turn; empty if it is not.
	Reason string `json:",omitempty"`
}

// OptimiseResult is the stored plan in short.
type OptimiseResult struct {
	Plan    PlanRef
	Changes int
	Largest capacity.Units // the most units that one action changes
	Expect  capacity.Expectation
	// Extra is the money that the plan spends on units until it ends, beyond what
	// those would cost that the targets are asked for now; below zero it saves.
	Extra   float64
	Summary string // in Markdown
}

// A PlanRef names a stored plan.
type PlanRef struct {
	ID  string
	Ref capacity.Ref
	Now time.Time // the plan was made for
	End time.Time // the plan says nothing beyond
}

// StoredPlan is a plan with all that a report about it needs. In its policy,
// unit rates and lead times are those that were learnt and measured.
type StoredPlan struct {
	Policy   capacity.Policy
	Asked    capacity.Policy // as it was handed in
	Plan     capacity.Plan
	Forecast capacity.Ref
	Table    capacity.Ref
	Board    capacity.Ref
	States   []capacity.State `json:",omitempty"` // of the policy's pools when it was made
	Code     capacity.Code    `json:",omitempty"` // why no model stands behind it; empty if one does
}

// Optimise reads what the policy's targets run, finds the cheapest schedule that keeps
// the policy, stores it and makes it the service's current plan. Unit rates and
// lead times are learnt and measured before, where the policy says so, and kept for
// plans that cannot learn them; a pool
// that counts against a quota runs within its share of it, as a service that shares
// a budget spends within its own. A forecast that
// no model stands behind is planned for as [Hold] has it.
func (a *Activities) Optimise(ctx context.Context, in OptimiseInput) (out OptimiseResult, err error) {
	defer cross(&err)
	defer tell(a, &in, &out, &err)
	states, err := a.states(ctx, in.Policy, in.Clock)
	if err != nil {
		return out, err
	}
	seen := a.on(in.Clock)()
	var f capacity.Forecast
	if err := a.getJSON(ctx, in.Forecast.Forecast, &f); err != nil {
		return out, err
	}
	settled, notes, rates, err := a.settle(ctx, in)
	if err != nil {
		return out, fmt.Errorf("plan %q: %w", in.Policy.Service, err)
	}
	if err := a.keepUnitRates(ctx, in.Policy.Service, rates); err != nil {
		return out, err
	}
	settled, limited, err := a.withinShare(ctx, settled)
	if err != nil {
		return out, err
	}
	settled, granted, err := a.withinBudget(ctx, settled)
	if err != nil {
		return out, err
	}
	policy, notes := settled, slices.Concat(outOfTurn(in.Reason), in.Forecast.Notes, notes, limited, granted)
	if in.Forecast.Code != "" {
		held, why := Hold(policy, states...)
		policy, notes = held, append(notes, why...)
	}
	plan, err := a.build(ctx, planner.Input{Policy: policy, Forecast: f, States: states, Now: in.Now, Notes: notes}, in.Table)
	if err != nil {
		return out, err
	}
	plan.Load = in.Forecast.Load
	plan = WithCoverage(plan, in.Forecast.Score)
	stored := StoredPlan{Policy: settled, Asked: in.Policy, Plan: plan, Forecast: in.Forecast.Forecast, Table: in.Table, Board: in.Forecast.Board, States: states, Code: in.Forecast.Code}
	ref, err := a.putJSON(ctx, capacity.PlanKey(in.Policy.Service, plan.ID, "plan.json"), stored)
	if err != nil {
		return out, err
	}
	out = OptimiseResult{
		Plan:    PlanRef{ID: plan.ID, Ref: ref, Now: in.Now, End: plan.End()},
		Changes: len(plan.Actions), Expect: plan.Expect, Summary: planner.Summary(plan, settled),
	}
	_, upkeep, _ := plan.Kept(settled.Pools, states)
	out.Extra = plan.Expect.UnitCost - upkeep
	for _, action := range plan.Actions {
		out.Largest = max(out.Largest, action.Units-action.From, action.From-action.Units)
	}
	a.show(Reading{Service: in.Policy.Service, Now: seen, Speed: in.Clock.Speed, Policy: settled, Plan: &plan, Forecast: f, States: states})
	if err := a.bookSeen(ctx, in.Policy, plan.ID, seen, states); err != nil {
		return out, err
	}
	if err := a.witnessPlan(ctx, in, stored, out); err != nil {
		return out, err
	}
	return out, a.makeCurrent(ctx, in.Policy.Service, out.Plan)
}

// outOfTurn tells a plan's reader why it was made.
func outOfTurn(reason string) []string {
	if reason == "" {
		return nil
	}
	return []string{"made out of turn: " + reason}
}

// states is what the policy's targets run, in the order of its pools.
func (a *Activities) states(ctx context.Context, p capacity.Policy, c capacity.Clock) ([]capacity.State, error) {
	states := make([]capacity.State, len(p.Pools))
	for i, pool := range p.Pools {
		target, err := a.Targets(pool.Target, a.on(c))
		if err != nil {
			return nil, err
		}
		if states[i], err = target.State(ctx); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// makeCurrent points the service's current plan at p.
func (a *Activities) makeCurrent(ctx context.Context, service string, p PlanRef) error {
	key := capacity.CurrentPlanKey(service)
	_, version, err := a.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return a.Store.Swap(ctx, key, data, version)
}

// on is the time on the given clock, as a function of no argument.
func (a *Activities) on(c capacity.Clock) func() time.Time {
	return func() time.Time { return c.Now(a.Now()) }
}
