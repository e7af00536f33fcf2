package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/histories"
	"headroom/activities/oversight"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/internal/signedcalls"
)

// RetrainInput says which service to retrain, and on what clock.
type RetrainInput struct {
	Caller
	Service string
	// PolicyHash is the policy that the caller knows, which must be in force. Empty:
	// whichever is.
	PolicyHash string `json:",omitempty"`
	Clock      capacity.Clock
	Reason     string `json:",omitempty"` // why it is retrained early; empty if it is not
}

// RetrainResult says what came of it.
type RetrainResult struct {
	Promoted bool
	Model    string // that forecasts from now on
	Version  string // of what was trained
	Why      string
	Score    capacity.Score       // of what was trained
	Load     capacity.LoadSummary // the account of the history
	History  histories.FetchResult
	Reason   string `json:",omitempty"` // why it was retrained early; empty if it was not
}

// Retrain fetches a service's history, backtests every candidate on it, trains
// the best, and makes it champion if it earns that.
func Retrain(ctx workflow.Context, in RetrainInput) (RetrainResult, error) {
	now := in.Clock.Now(workflow.Now(ctx))
	var result RetrainResult
	caller := in.Caller
	in.Caller = Caller{}
	if err := admitPlan(ctx, in.Service, RetrainID(in.Service), "have "+in.Service+" retrained", now, caller, in); err != nil {
		return result, err
	}
	policy, err := inForce(ctx, in.Service, in.PolicyHash)
	if err == nil {
		result, err = retrain(ctx, in, policy.Policy, now)
	}
	if err != nil {
		failed(ctx, in.Service, policy.Policy.Notify, records.FailedRetrain, in.Reason, now, err)
	}
	return result, err
}

func retrain(ctx workflow.Context, in RetrainInput, p capacity.Policy, now time.Time) (RetrainResult, error) {
	var none RetrainResult
	if err := stage(ctx, p.Service, "fetch", "Fetching history from "+p.Demand.Source); err != nil {
		return none, err
	}
	fetched, err := do(remote(ctx, "fetch history from "+p.Demand.Source), a.Fetch, histories.FetchInput{Policy: p, Until: now})
	if err != nil {
		return none, err
	}
	examined, err := do(remote(ctx, "check that models can learn from the history"), a.Examine, retraining.ExamineInput{Policy: p, Table: fetched.Table})
	if err != nil {
		return none, err
	}
	story := early(in.Reason) + told(examined.Load)
	if err := stage(ctx, p.Service, "backtest", story); err != nil {
		return none, err
	}
	backtests, err := backtestAll(ctx, p, fetched.Table, examined)
	if err != nil {
		return none, err
	}
	choice, err := do(remote(ctx, "choose a model"), a.Choose, retraining.ChooseInput{Policy: p, Table: fetched.Table, Version: examined.Version, Backtests: backtests})
	if err != nil {
		return none, err
	}
	if choice.LeftOut != "" {
		story += "\n\nNot compared: " + choice.LeftOut + "."
	}
	if err := stage(ctx, p.Service, "train", story+"\n\n"+choice.Why); err != nil {
		return none, err
	}
	trained, err := do(compute(ctx, "train "+choice.Winner), a.Train, retraining.TrainInput{Policy: p, Table: fetched.Table, Version: examined.Version, Choice: choice})
	if err != nil {
		return none, err
	}
	promoted, err := do(remote(ctx, "promote "+choice.Winner), a.Promote, retraining.PromoteInput{
		Service: p.Service, Challenger: trained.Champion, Earned: choice.Promote,
		Freeze: p.Control.PromotionFreeze, Now: in.Clock.Now(workflow.Now(ctx)), Notify: p.Notify,
	})
	if err != nil {
		return none, err
	}
	verdict := "kept"
	if promoted.Promoted {
		verdict = "promoted"
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, modelKey.ValueSet(promoted.Model), verdictKey.ValueSet(verdict)); err != nil {
		return none, err
	}
	if err := forget(ctx, p, now); err != nil {
		return none, err
	}
	story = fmt.Sprintf("**%s %s**: %s\n\n%s", promoted.Model, verdict, promoted.Why, story)
	return RetrainResult{
		Promoted: promoted.Promoted, Model: promoted.Model, Version: examined.Version,
		Why: promoted.Why, Score: choice.Score, Load: examined.Load, History: fetched, Reason: in.Reason,
	}, stage(ctx, p.Service, "done", story)
}

// forget lets records of decisions go that the policy no longer keeps, once in a
// while. What cannot be let go now is let go with the next retraining.
func forget(ctx workflow.Context, p capacity.Policy, now time.Time) error {
	if p.Audit.Keep == 0 {
		return nil
	}
	_, err := do(watch(ctx, "delete records older than "+capacity.Brief(p.Audit.Keep), time.Hour), a.Forget, oversight.ForgetInput{Service: p.Service, Audit: p.Audit, Now: now})
	if err != nil && ctx.Err() == nil {
		workflow.GetLogger(ctx).Error("old records were not let go", "error", err)
		return nil
	}
	return err
}

// backtestAll backtests every candidate at the same time.
func backtestAll(ctx workflow.Context, p capacity.Policy, table capacity.Ref, examined retraining.ExamineResult) ([]capacity.Ref, error) {
	var running []workflow.Future
	for _, model := range examined.Candidates {
		running = append(running, workflow.ExecuteActivity(compute(ctx, model+" from rolling origins"), a.Backtest, retraining.BacktestInput{
			Policy: p, Table: table, Version: examined.Version, Model: model,
		}))
	}
	var refs []capacity.Ref
	for _, future := range running {
		var result retraining.BacktestResult
		if err := signedcalls.Result(ctx, future, &result); err != nil {
			return nil, err
		}
		refs = append(refs, result.Backtest)
	}
	return refs, nil
}

// told is the account of a load in Markdown.
func told(load capacity.LoadSummary) string {
	var text strings.Builder
	text.WriteString(load.String() + ".")
	for _, note := range load.Notes {
		text.WriteString("\n\n- " + note)
	}
	return text.String()
}
