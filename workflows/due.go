package workflows

import (
	"errors"
	"fmt"
	"slices"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/lookback"
	"headroom/activities/planning"
	"headroom/capacity"
)

// A Task is what a schedule has done.
type Task string

// The tasks.
const (
	RetrainTask Task = "retrain"
	PlanTask    Task = "plan"
	// WatchTask retrains and plans only where something has changed.
	WatchTask Task = "watch"
	// RegretTask looks back at the last whole week.
	RegretTask Task = "regret"
)

// Tasks are all tasks.
func Tasks() []Task { return []Task{RetrainTask, PlanTask, WatchTask, RegretTask} }

// DueInput says what is due for a service under the policy in force, and on what clock. A
// clock that replays begins at
// the time that the schedule says, so that backfilling a schedule goes through
// recorded load.
type DueInput struct {
	Caller  // a schedule, with the standing proof of a worker
	Service string
	Task    Task
	Clock   capacity.Clock
}

// DueResult says what was done, and why.
type DueResult struct {
	Retrained string `json:",omitempty"` // what came of a retraining, if there was one
	Planned   string `json:",omitempty"` // what came of a plan, if there was one
	Why       string `json:",omitempty"` // it was done out of turn
	Held      string `json:",omitempty"` // what speaks for a plan, and until when it is put off
	Compared  string `json:",omitempty"` // what a look back came to, if there was one
}

// scheduledFor is set by the server on what a schedule starts.
var scheduledFor = temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime")

// Due does what a schedule says is due, under the service's own workflow IDs, so
// that it may be approved and is never done twice at once, and ends with it. A
// run that somebody else has begun will do.
func Due(ctx workflow.Context, in DueInput) (DueResult, error) {
	if !slices.Contains(Tasks(), in.Task) {
		return DueResult{}, temporal.NewNonRetryableApplicationError(fmt.Sprintf("there is no task %.80q", in.Task), "Refused", nil)
	}
	caller, service := in.Caller, in.Service
	in.Caller = Caller{}
	text := "have done for " + service + " what is due: " + string(in.Task)
	by, err := admitStart(ctx, service, DueID(service, in.Task), text, in.Clock.Now(workflow.Now(ctx)), caller, in, capacity.MayPlan)
	if err != nil {
		return DueResult{}, err
	}
	if at, scheduled := workflow.GetTypedSearchAttributes(ctx).GetTime(scheduledFor); scheduled && in.Clock.Speed != 0 {
		in.Clock = capacity.Replay(at, in.Clock.Speed)
	}
	var out DueResult
	retrain, plan := in.Task == RetrainTask, in.Task == PlanTask
	early := ""
	if in.Task == WatchTask {
		policy, err := inForce(ctx, service, "")
		if err != nil {
			return out, err
		}
		look, err := do(compute(ctx, "check whether the plan still fits the load"), a.Look, planning.LookInput{Policy: policy.Policy, Now: in.Clock.Now(workflow.Now(ctx)), Clock: in.Clock})
		if err != nil {
			return out, err
		}
		out.Why, out.Held, early = look.Plan, look.Held, look.Retrain
		retrain, plan = look.Retrain != "", look.Plan != ""
	}
	if retrain {
		var result RetrainResult
		out.Retrained, err = begin(ctx, RetrainID(service), "retrains the models of "+service, Retrain, RetrainInput{Caller: Caller{By: by}, Service: service, Clock: in.Clock, Reason: early}, &result)
		if err != nil {
			return out, err
		}
		if out.Retrained == "" {
			fate := "kept"
			if result.Promoted {
				fate = "promoted"
			}
			out.Retrained = fmt.Sprintf("%s %s: %s", result.Model, fate, result.Why)
		}
	}
	if plan {
		var result PlanResult
		out.Planned, err = begin(ctx, PlanID(service), "plans "+service, Plan, PlanInput{Caller: Caller{By: by}, Service: service, Clock: in.Clock, Reason: out.Why}, &result)
		if err != nil {
			return out, err
		}
		if out.Planned == "" {
			out.Planned = fmt.Sprintf("plan %s, %s: %s", result.Plan.Plan.ID, result.Verdict, result.Why)
		}
	}
	if in.Task == RegretTask {
		var result lookback.RegretResult
		out.Compared, err = begin(ctx, RegretID(service), "reviews "+service, Regret, RegretInput{Caller: Caller{By: by}, Service: service, Clock: in.Clock}, &result)
		if err != nil {
			return out, err
		}
		if out.Compared == "" {
			out.Compared = result.Stored.Key
		}
	}
	return out, stage(ctx, service, "done", out.story(in.Task))
}

// story is what was done, in Markdown.
func (r DueResult) story(task Task) string {
	story := string(task) + " was due."
	for _, part := range []struct{ says, what string }{
		{"Out of turn: ", r.Why}, {"Not yet: ", r.Held}, {"Retrained: ", r.Retrained}, {"Planned: ", r.Planned}, {"Compared: ", r.Compared},
	} {
		if part.what != "" {
			story = fmt.Sprintf("%s\n\n%s%s.", story, part.says, part.what)
		}
	}
	return story
}

// begin runs a workflow as a child and waits for its result. If one of that ID
// runs already it says so instead, which is no error. What is cancelled with the
// parent is waited for.
func begin(ctx workflow.Context, id, summary string, child, in, result any) (busy string, err error) {
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            id,
		TaskQueue:             Queue,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WaitForCancellation:   true,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:         summary,
	})
	err = workflow.ExecuteChildWorkflow(ctx, child, in).Get(ctx, result)
	if _, running := errors.AsType[*temporal.ChildWorkflowExecutionAlreadyStartedError](err); running {
		return id + " runs already", nil
	}
	return "", err
}
