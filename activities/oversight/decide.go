package oversight

import (
	"context"
	"fmt"
	"time"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/pipeline"
)

// DecideInput is what a person decides on a plan.
type DecideInput struct {
	ID      string // names the decision: it is taken once
	Service string
	Plan    capacity.PlanRef
	Approve bool
	At      time.Time // on the service's clock
	By      string    // as the person says
	Token   string    `json:",omitempty"` // that proves it
	Update  string    // the name of the update that says so
	Why     string    `json:",omitempty"`
}

// Decide finds out who decides on a plan, and whether the policy in force lets them, by
// the size of the plan as it is stored; and stores the decision, without which a plan that
// needs approval is not carried out. Of a plan that is made once more, the last decision
// counts. It returns ErrRefused if they may not.
func (a *Oversight) Decide(ctx context.Context, in DecideInput) (who capacity.Identity, err error) {
	defer failure.Cross(&err)
	wish := capacity.Wish{Permission: capacity.MayReject}
	text := fmt.Sprintf("reject plan %s", in.Plan.ID)
	if in.Approve { // one that is damaged can be rejected
		var stored pipeline.StoredPlan
		if err := a.Records.GetJSON(ctx, in.Plan.Ref, &stored); err != nil {
			return who, err
		}
		if stored.Plan.Service != in.Service || stored.Plan.ID != in.Plan.ID {
			return who, fmt.Errorf("%q is not plan %s of %s: %w", in.Plan.Ref.Key, in.Plan.ID, in.Service, capacity.ErrBadData)
		}
		wish = capacity.Wish{Permission: capacity.MayApprove, Units: stored.Largest(), Cost: stored.Extra()}
		text = fmt.Sprintf("approve plan %s, of %s at once and %s more money", in.Plan.ID, capacity.Count(wish.Units, "unit"), capacity.Figure(wish.Cost))
	}
	who, err = a.Policies.Admit(ctx, policies.AdmitInput{ID: in.ID, Service: in.Service, At: in.At, By: in.By, Token: in.Token, Update: in.Update, Wish: wish, Plan: in.Plan.ID, Text: text})
	if err != nil {
		return who, err
	}
	decision := execution.Decision{Approved: in.Approve, By: who.Name, Why: in.Why}
	_, err = a.Records.WriteJSON(ctx, capacity.DecisionKey(in.Service, in.Plan.ID), decision)
	return who, err
}
