package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/execution"
	"headroom/activities/histories"
	"headroom/activities/planning"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// PlanInput says which service to plan, and on what clock.
type PlanInput struct {
	Caller
	Service string
	// PolicyHash is the policy that the caller knows, which must be in force. Empty:
	// whichever is.
	PolicyHash string `json:",omitempty"`
	Clock      capacity.Clock
	Reason     string `json:",omitempty"` // why it is planned out of turn; empty if it is not
	// Made is the ID of a plan that was made already, and only waits to be decided on.
	// Empty: one is to be made.
	Made string `json:",omitempty"`
}

// PlanResult says what was planned, and what became of it.
type PlanResult struct {
	Plan    planning.OptimiseResult
	Verdict PlanVerdict
	By      string // who approved or rejected it
	Why     string
	Retrain string // what came of an early retraining, if drift asked for one
	Reason  string `json:",omitempty"` // why it was planned out of turn; empty if it was not
	// Expires is until when a plan that waits can be approved.
	Expires time.Time `json:",omitzero"`
}

// A PlanVerdict is what became of a plan.
type PlanVerdict string

// The verdicts on a plan.
const (
	Proposed   PlanVerdict = "proposed"    // mode propose: nobody acts
	Waiting    PlanVerdict = "waiting"     // for a person's approval
	Rejected   PlanVerdict = "rejected"    // by a person
	Expired    PlanVerdict = "expired"     // nobody approved in time
	HandedOver PlanVerdict = "handed over" // to the service's conductor
	Canceled   PlanVerdict = "canceled"    // the run was, before anybody decided
	Executing  PlanVerdict = "executing"   // by the service's conductor
	Superseded PlanVerdict = "superseded"  // another plan took over from it
)

// Plan forecasts a service's demand, finds the cheapest schedule that serves
// it, and hands it to the service's conductor if the policy, and where it says
// so a person, allows it.
func Plan(ctx workflow.Context, in PlanInput) (PlanResult, error) {
	now := in.Clock.Now(workflow.Now(ctx))
	result := PlanResult{Verdict: Proposed, Reason: in.Reason}
	approval, err := newApproval(ctx, in, &result)
	if err != nil {
		return result, err
	}
	caller := in.Caller
	in.Caller = Caller{}
	if err := admitPlan(ctx, in.Service, PlanID(in.Service), "have "+in.Service+" planned", now, caller, in); err != nil {
		return result, err
	}
	policy, err := inForce(ctx, in.Service, in.PolicyHash)
	if err == nil {
		result, err = plan(ctx, in, policy, now, approval)
	}
	if err != nil {
		failed(ctx, in.Service, policy.Policy.Notify, records.FailedPlan, in.Reason, now, err)
	}
	return result, err
}

func plan(ctx workflow.Context, in PlanInput, policy policies.InForceResult, now time.Time, approval approval) (PlanResult, error) {
	p, result := policy.Policy, approval.result
	// What the policy denies counts at once, also for the plan that is carried out.
	if err := run(brief(ctx, "apply the policy to the plan that is carried out"), a.ApplyPolicy, execution.PolicyInput{Service: p.Service}); err != nil {
		workflow.GetLogger(ctx).Warn("the policy does not count yet for the plan that is carried out", "service", p.Service, "error", err)
	}
	made, err := madePlan(ctx, in, policy, now, result)
	if err != nil {
		return *result, err
	}
	result.Plan = made.Plan
	result.Verdict, result.Why = decide(p.Control, result.Plan)
	waits := result.Verdict == Waiting // somebody may decide as soon as this is on record
	witness(ctx, p, result.record(now))
	if err := workflow.UpsertTypedSearchAttributes(ctx, modelKey.ValueSet(made.Model), verdictKey.ValueSet(string(result.Verdict))); err != nil {
		return *result, err
	}
	story := result.Plan.Summary
	if in.Reason != "" {
		story += "\n\nMade out of turn: " + in.Reason + "."
	}
	if result.Retrain != "" {
		story += "\n\nDemand has drifted: " + result.Retrain + "."
	}
	if err := stage(ctx, p.Service, string(result.Verdict), story); err != nil {
		return *result, err
	}
	if waits {
		result.Expires = workflow.Now(ctx).Add(p.Control.Approval.Expires)
	}
	if err := publish(ctx, p.Service, result.Plan.Plan, result.standing(now)); err != nil {
		return *result, err
	}
	if waits {
		if err := approval.wait(ctx, p.Control.Approval.Expires); err != nil {
			return *result, errors.Join(err, withdraw(ctx, in, *result))
		}
		decided := in.Clock.Now(workflow.Now(ctx))
		witness(ctx, p, result.record(decided))
		if result.Verdict != HandedOver { // else its conductor writes it
			if err := publish(ctx, p.Service, result.Plan.Plan, result.standing(decided)); err != nil {
				return *result, err
			}
		}
	}
	if result.Verdict == HandedOver {
		err := run(remote(ctx, "hand over to the conductor"), a.HandOver, execution.HandOverInput{TakeInput: execution.TakeInput{Service: p.Service, Plan: result.Plan.Plan, Clock: in.Clock}, Policy: p})
		if err != nil {
			return *result, err
		}
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, verdictKey.ValueSet(string(result.Verdict))); err != nil {
		return *result, err
	}
	return *result, stage(ctx, p.Service, "done", fmt.Sprintf("**%s**: %s\n\n%s", result.Verdict, result.Why, story))
}

// madePlan reads a plan that was made already, or forecasts and optimises, and has the
// models retrained if they have drifted.
func madePlan(ctx workflow.Context, in PlanInput, policy policies.InForceResult, now time.Time, result *PlanResult) (made planning.MadePlan, err error) {
	p := policy.Policy
	if in.Made != "" {
		return do(remote(ctx, "read plan "+in.Made), a.RecallPlan, planning.RecallInput{Service: p.Service, Plan: in.Made})
	}
	if err := stage(ctx, p.Service, "forecast", "Forecasting from "+p.Demand.Source); err != nil {
		return made, err
	}
	fetched, err := do(remote(ctx, "fetch recent history from "+p.Demand.Source), a.Fetch, histories.FetchInput{Policy: p, Until: now, Columns: true})
	if err != nil {
		return made, err
	}
	forecast, err := do(compute(ctx, "forecast with the champion"), a.Forecast, planning.ForecastInput{Policy: p, Table: fetched.Table, Now: now})
	if err != nil {
		return made, err
	}
	if forecast.Retrain {
		if result.Retrain, err = retrainEarly(ctx, in, policy.Hash); err != nil {
			return made, err
		}
	}
	plan, err := do(remote(ctx, "find the cheapest schedule for "+capacity.Brief(p.Forecast.Horizon)), a.Optimise, planning.OptimiseInput{Policy: p, PolicyHash: policy.Hash, Clock: in.Clock, Now: now, Forecast: forecast, Table: fetched.Table, Columns: fetched.Columns, Reason: in.Reason})
	if err != nil {
		return made, err
	}
	return planning.MadePlan{Plan: plan, Model: forecast.Model}, nil
}

// record is what became of a plan, for the audit.
func (r PlanResult) record(now time.Time) audit.Record {
	return planning.VerdictRecord(r.Plan, string(r.Verdict), r.By, r.Why, now)
}

// standing is where the plan stands.
func (r PlanResult) standing(now time.Time) capacity.Standing {
	return capacity.Standing{Verdict: string(r.Verdict), By: r.By, Why: r.Why, At: now, Expires: r.Expires}
}

// withdraw has the report of a plan that waited say that its run was cancelled.
func withdraw(ctx workflow.Context, in PlanInput, r PlanResult) error {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	r.Verdict, r.Why = Canceled, "its run was cancelled before anybody decided"
	return publish(ctx, in.Service, r.Plan.Plan, r.standing(in.Clock.Now(workflow.Now(ctx))))
}

// decide says what the policy lets happen to a plan.
func decide(c capacity.Control, plan planning.OptimiseResult) (PlanVerdict, string) {
	gate, why := c.Gate(plan.Largest, plan.Extra)
	switch gate {
	case capacity.GateOpen:
		return HandedOver, why
	case capacity.GateApproval:
		return Waiting, why
	case capacity.GateClosed:
	}
	return Proposed, why
}
