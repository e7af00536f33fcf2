package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/execution"
	"headroom/audit"
	"headroom/capacity"
)

// RetireInput names a service whose policy is gone, and who says so.
type RetireInput struct {
	Caller
	Service string
	Why     string
}

// RetireResult says how a service was left, a sentence for each target.
type RetireResult struct {
	Left []string
}

// settled is how long a conductor may take to see to the end what it has begun.
const settled = 2 * time.Hour

// Retire asks whether the policy in force lets who starts it replace the policy, and ends all that is under way for a service whose policy is gone, and
// leaves it at a safe size: nothing is taken away, and what its last plan would
// have asked for later is asked for now, because nobody will then.
func Retire(ctx workflow.Context, in RetireInput) (RetireResult, error) {
	var out RetireResult
	caller := in.Caller
	in.Caller = Caller{}
	by, err := admitStart(ctx, in.Service, RetireID(in.Service), "retire "+in.Service, workflow.Now(ctx), caller, in, capacity.MayPolicy)
	if err != nil {
		return out, err
	}
	if err := stage(ctx, in.Service, "retire", "Ends what is under way for "+in.Service+": "+in.Why); err != nil {
		return out, err
	}
	d, err := do(watch(ctx, "let the conductor finish what it has begun", settled), a.StandDown, execution.DismissInput{Service: in.Service, Why: in.Why})
	if err != nil {
		return out, err
	}
	switch {
	case !d.Ran:
		out.Left = []string{"no plan was being carried out: the targets are as they were"}
	case d.Keep != "":
		out.Left = []string{d.Keep + ": the targets are as they were"}
	default:
		actions, err := do(remote(ctx, "compute sizes that are safe without a plan"), a.SafeSizes, execution.SafeSizesInput{Policy: d.Policy, Plan: d.Plan, At: d.At})
		if err != nil {
			return out, err
		}
		if len(actions) == 0 {
			out.Left = []string{"the policy froze it: the targets are as they were"}
		}
		for _, action := range actions {
			out.Left = append(out.Left, leave(ctx, d, action))
		}
	}
	story := fmt.Sprintf("**Retired** by %s: %s", by, in.Why)
	for _, left := range out.Left {
		story = fmt.Sprintf("%s\n\n- %s", story, left)
	}
	witness(ctx, capacity.Policy{Service: in.Service, Notify: d.Policy.Notify}, audit.Record{
		ID: "retired/" + workflow.GetInfo(ctx).WorkflowExecution.RunID, At: d.Clock.Now(workflow.Now(ctx)), Kind: audit.Retired, By: by, Why: in.Why,
		Plan: d.Plan.ID, Text: strings.Join(out.Left, "; "),
	})
	return out, stage(ctx, in.Service, "done", story)
}

// leave asks a target for at least an action's units, and says how it is left.
// What cannot be done for one does not keep the others from it.
func leave(ctx workflow.Context, d execution.Dismissed, action capacity.Action) string {
	outcome, err := do(ask(ctx, action.Why), a.Act, execution.ActInput{Service: d.Policy.Service, Action: action, Clock: d.Clock, Least: true, Orders: execution.AnyOrders})
	if err != nil {
		return fmt.Sprintf("%s could not be asked for %s, look after it: %v", action.Target, capacity.Count(action.Units, "unit"), err)
	}
	patience := 2*leadTime(d.Policy, action.Target) + time.Minute
	verified, err := do(watch(ctx, fmt.Sprintf("verify that %d units serve", outcome.Action.Units), d.Clock.Wall(patience)), a.Verify, execution.VerifyInput{
		Outcome: outcome, Clock: d.Clock, Within: patience,
	})
	if err != nil {
		verified = outcome
		verified.Verdict, verified.Note = capacity.Failed, err.Error()
	}
	if err := run(keep(ctx, execution.OutcomesInShort([]capacity.Outcome{verified})), a.Record, execution.RecordInput{Service: d.Policy.Service, Plan: d.Plan.ID, Outcomes: []capacity.Outcome{verified}, Notify: d.Policy.Notify}); err != nil {
		workflow.GetLogger(ctx).Error("the outcome was not recorded", "action", action.ID, "error", err)
	}
	left := fmt.Sprintf("%s is left at %s: %s", action.Target, capacity.Count(verified.After.Units, "unit"), verified.Verdict)
	if verified.Note != "" {
		left += ", " + verified.Note
	}
	return left
}

// leadTime is how long units of a target need, as the policy has it.
func leadTime(p capacity.Policy, target capacity.TargetName) time.Duration {
	for _, pool := range p.Pools {
		if pool.Target == target {
			return pool.LeadTime
		}
	}
	return p.Pools[0].LeadTime // the target is of an older policy
}
