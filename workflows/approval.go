package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"
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

// approval lets a person decide on the result of a Plan.
type approval struct {
	result *PlanResult
}

// newApproval starts listening: for approve and reject, which are refused
// unless the plan waits for them, and for status.
func newApproval(ctx workflow.Context, result *PlanResult) (approval, error) {
	ap := approval{result: result}
	handle := func(name string, verdict PlanVerdict) error {
		return workflow.SetUpdateHandlerWithOptions(ctx, name, func(_ workflow.Context, d Decision) (PlanVerdict, error) {
			result.Verdict, result.By, result.Why = verdict, d.By, d.Why
			return verdict, nil
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

// validate refuses a decision that does not fit the plan that waits.
func (ap approval) validate(d Decision) error {
	switch {
	case ap.result.Verdict != Waiting:
		return fmt.Errorf("plan %s is %s: it does not wait for a decision", ap.result.Plan.Plan.ID, ap.result.Verdict)
	case d.Plan != ap.result.Plan.Plan.ID:
		return fmt.Errorf("the plan that waits is %s, not %q: look at it before you decide", ap.result.Plan.Plan.ID, d.Plan)
	case d.By == "":
		return errors.New("say who decides")
	}
	return nil
}

// wait waits until a person has decided, or the time to do so has passed.
func (ap approval) wait(ctx workflow.Context, expires time.Duration) error {
	decided, err := workflow.AwaitWithTimeout(ctx, expires, func() bool { return ap.result.Verdict != Waiting })
	if err == nil && !decided {
		ap.result.Verdict, ap.result.Why = Expired, fmt.Sprintf("nobody approved within %v", expires)
	}
	return err
}
