package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/oversight"
	"headroom/capacity"
)

// The names under which a plan is approved, rejected and asked about.
const (
	ApproveUpdate = "approve"
	RejectUpdate  = "reject"
	StatusQuery   = "status"
)

// A Decision is a person's word on a plan.
type Decision struct {
	Plan string // the ID that the person has seen; it must be this plan's
	By   string
	Why  string
}

// A Decided is what became of a plan by a decision, and who has taken it, as verified.
type Decided struct {
	Verdict PlanVerdict
	By      string
}

// approval lets a person decide on the result of a Plan.
type approval struct {
	service string
	clock   capacity.Clock
	result  *PlanResult
}

// newApproval starts listening: for approve and reject, which are refused
// unless the plan waits for them and the policy lets the person, and for status.
func newApproval(ctx workflow.Context, in PlanInput, result *PlanResult) (approval, error) {
	ap := approval{in.Service, in.Clock, result}
	handle := func(name string, verdict PlanVerdict) error {
		return workflow.SetUpdateHandlerWithOptions(ctx, name, func(ctx workflow.Context, d Decision, token string) (Decided, error) {
			who, err := ap.decide(ctx, verdict == HandedOver, d, token)
			if err == nil { // it may have expired meanwhile
				err = ap.validate(d, token)
			}
			if err != nil {
				return Decided{}, err
			}
			result.Verdict, result.By, result.Why = verdict, who.Name, d.Why
			return Decided{verdict, who.Name}, nil
		}, workflow.UpdateHandlerOptions{Validator: ap.validate})
	}
	if err := handle(ApproveUpdate, HandedOver); err != nil {
		return ap, err
	}
	if err := handle(RejectUpdate, Rejected); err != nil {
		return ap, err
	}
	return ap, workflow.SetQueryHandler(ctx, StatusQuery, func() (PlanResult, error) { return *result, nil })
}

// decide asks whether the policy in force lets a person decide on the plan so, and has
// the decision stored.
func (ap approval) decide(ctx workflow.Context, approve bool, d Decision, token string) (capacity.Identity, error) {
	word := "reject"
	if approve {
		word = "approve"
	}
	return do(remote(ctx, fmt.Sprintf("check permission: %s plan %s", word, d.Plan)), a.Decide, oversight.DecideInput{
		ID: workflow.GetCurrentUpdateInfo(ctx).ID, Update: workflow.GetCurrentUpdateInfo(ctx).Name, Service: ap.service, Plan: ap.result.Plan.Plan, Approve: approve,
		At: ap.clock.Now(workflow.Now(ctx)), By: d.By, Token: token, Why: d.Why,
	})
}

// validate refuses a decision that does not fit the plan that waits.
func (ap approval) validate(d Decision, token string) error {
	switch {
	case ap.result.Verdict != Waiting:
		return fmt.Errorf("plan %s is %s: it does not wait for a decision", ap.result.Plan.Plan.ID, ap.result.Verdict)
	case d.Plan != ap.result.Plan.Plan.ID:
		return fmt.Errorf("the plan that waits is %s, not %q: look at it before you decide", ap.result.Plan.Plan.ID, d.Plan)
	case d.By == "" && token == "":
		return errors.New("say who decides")
	}
	return sized(token, d.By, d.Why)
}

// wait waits until a person has decided, or the time to do so has passed.
func (ap approval) wait(ctx workflow.Context, expires time.Duration) error {
	decided, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{Timeout: expires, TimerOptions: workflow.TimerOptions{Summary: "until the approval expires"}}, func() bool { return ap.result.Verdict != Waiting })
	if err == nil && !decided {
		ap.result.Verdict, ap.result.Why = Expired, fmt.Sprintf("nobody approved within %v", expires)
	}
	if err == nil {
		err = workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
	}
	return err
}
