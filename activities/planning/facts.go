package planning

import (
	"context"
	"fmt"
	"time"

	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
	"headroom/pipeline"
)

// PlanFacts is what a plan rests on: the facts of a record of kind Planned.
type PlanFacts struct {
	Policy   string       // SHA-256 of the policy, as it was handed in
	Table    capacity.Ref // the load history
	Forecast capacity.Ref
	Board    capacity.Ref `json:",omitzero"` // of the retraining that chose the model
	Plan     capacity.Ref
	Model    string
	Quantile float64
	Code     capacity.Code `json:",omitempty"` // why no model stands behind it
	Reason   string        `json:",omitempty"` // why it was made out of turn
	Actions  int
	Largest  capacity.Units
	Expect   capacity.Expectation
	Bound    []Binding // every rule that decided a number of it
}

// A Binding is how often a rule decided what a pool runs.
type Binding struct {
	Pool   string
	Reason capacity.Reason
	Steps  int
	Short  int // of them, steps that stay below what the demand asks for
}

// witnessPlan records a plan that was made, and sends notices of limits that it
// met, of drift and of a forecast that no model stands behind.
func (a *Planning) witnessPlan(ctx context.Context, in OptimiseInput, stored pipeline.StoredPlan, out OptimiseResult) error {
	policy, err := records.Fingerprint(in.Policy)
	if err != nil {
		return err
	}
	plan := stored.Plan
	f := PlanFacts{
		Policy: policy, Table: in.Table, Forecast: in.Forecast.Forecast, Board: in.Forecast.Board, Plan: out.Plan.Ref,
		Model: plan.Model, Quantile: plan.Quantile, Code: in.Forecast.Code, Reason: in.Reason,
		Actions: len(plan.Actions), Largest: out.Largest, Expect: plan.Expect, Bound: bindings(plan),
	}
	data, err := records.Facts(f)
	if err != nil {
		return err
	}
	if err := a.witnessLate(ctx, in, plan.ID); err != nil {
		return err
	}
	return a.Records.Append(ctx, audit.Record{
		Service: plan.Service, ID: "planned/" + plan.ID, At: in.Now, Kind: audit.Planned, Plan: plan.ID, Why: in.Reason,
		Text:  fmt.Sprintf("%s until %s by %s at %s", capacity.Count(f.Actions, "action"), plan.End().Format(time.RFC3339), f.Model, capacity.Percentile(f.Quantile)),
		Facts: data,
	}, in.Policy.Notify, a.planNotices(in, f)...)
}

// witnessLate records that a plan was made from a late history, and sends a notice.
func (a *Planning) witnessLate(ctx context.Context, in OptimiseInput, plan string) error {
	late := in.Forecast.Late
	if late == nil {
		return nil
	}
	data, err := records.Facts(late)
	if err != nil {
		return err
	}
	r := audit.Record{
		Service: in.Policy.Service, ID: "late/" + plan, At: in.Now, Kind: audit.Late, Plan: plan, Text: late.In(in.Policy.Demand.Zone()),
		Why: "demand.source is " + in.Policy.Demand.Source, Facts: data,
	}
	return a.Records.Append(ctx, r, in.Policy.Notify, a.Records.Notices(r)...)
}

// bindings counts the rules that decided a plan's numbers, in the order of pools
// and of first appearance.
func bindings(plan capacity.Plan) []Binding {
	var all []Binding
	for _, pool := range plan.Pools {
		place := map[capacity.Reason]int{}
		for _, s := range pool.Steps {
			at, seen := place[s.Why.Reason]
			if !seen {
				at = len(all)
				place[s.Why.Reason] = at
				all = append(all, Binding{Pool: pool.Pool, Reason: s.Why.Reason})
			}
			all[at].Steps++
			if float64(s.Units) < s.Need {
				all[at].Short++
			}
		}
	}
	return all
}

// limits are the rules that keep a plan below what the demand asks for, and that
// somebody may want to lift: nobody can lift a lead time.
var limits = []capacity.Reason{
	capacity.ReasonMax, capacity.ReasonBudget, capacity.ReasonRampUp, capacity.ReasonFreeze, capacity.ReasonHold, capacity.ReasonChanges,
}

// VerdictRecord is what became of a plan, for the audit.
func VerdictRecord(plan OptimiseResult, verdict, by, why string, at time.Time) audit.Record {
	text := fmt.Sprintf("plan %s is %s", plan.Plan.ID, verdict)
	if by != "" {
		text += ", by " + by
	}
	return audit.Record{
		ID: "verdict/" + plan.Plan.ID + "/" + verdict, At: at, Kind: audit.Verdict,
		By: by, Why: why, Plan: plan.Plan.ID, Verdict: verdict, Text: text,
	}
}
