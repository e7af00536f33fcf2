package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
	"headroom/internal/signedcalls"
)

// A speaker is who says that they speak, and what proves it: the token of a person, or
// the proof of a worker for exactly this order. The ID names what they say.
type speaker struct {
	id, by, token string
	update        string // its name; empty: they started the run
	order         any    // what they sent
}

// speaks is who sent the update that is being handled.
func speaks(ctx workflow.Context, by, token string, order any) speaker {
	update := workflow.GetCurrentUpdateInfo(ctx)
	return speaker{update.ID, by, token, update.Name, order}
}

// mostText and mostToken are the most bytes that an update may say in one text, and in a
// token: all of it stays in the history, and goes into the audit and to channels.
const (
	mostText  = 1000
	mostToken = 32 << 10
)

// sized refuses an update that says too much, before it is in the history.
func sized(token string, texts ...string) error {
	for _, text := range texts {
		if len(text) > mostText {
			return fmt.Errorf("a text of %d bytes is too long: say it in %d", len(text), mostText)
		}
	}
	if len(token) > mostToken {
		return fmt.Errorf("a token of %d bytes is too long: have the provider of identities leave claims out, %d are taken", len(token), mostToken)
	}
	return nil
}

// A Caller is who starts a run, and what proves it. A run passes no token on.
type Caller struct {
	By    string `json:",omitempty"` // as the caller says
	Token string `json:",omitempty"` // that proves it
}

// admitStart asks whether the policy in force lets who starts a run do so, and returns
// who that is. A child is admitted with its parent, which has signed its input. The order
// is what the run was started with, without its caller; start is its workflow ID, or that
// of a schedule without the time.
func admitStart(ctx workflow.Context, service, start, text string, now time.Time, c Caller, order any, may capacity.Permission) (by string, err error) {
	info := workflow.GetInfo(ctx)
	if parent := info.ParentWorkflowExecution; parent != nil && signedcalls.Signed(ctx, signedcalls.Child) {
		if c.By != "" {
			return c.By, nil
		}
		return parent.ID, nil
	}
	who, err := do(remote(ctx, "check permission: "+text), a.Admit, policies.AdmitInput{
		ID: info.WorkflowExecution.RunID, Service: service, At: now, By: c.By, Token: c.Token, Start: start, Order: order,
		Wish: capacity.Wish{Permission: may}, Text: text,
	})
	return who.Name, err
}

// admitPlan is admitStart for what the permission to plan lets people start; it records
// who has done so. Without an issuer callers may name nobody.
func admitPlan(ctx workflow.Context, service, start, text string, now time.Time, c Caller, order any) error {
	by, err := admitStart(ctx, service, start, text, now, c, order, capacity.MayPlan)
	if err == nil {
		started(ctx, service, by, text, now)
	}
	return err
}

// started records who had something done.
func started(ctx workflow.Context, service, by, text string, now time.Time) {
	if by == "" {
		return
	}
	witness(ctx, capacity.Policy{Service: service}, audit.Record{
		ID: "started/" + workflow.GetInfo(ctx).WorkflowExecution.RunID, At: now, Kind: audit.Started, By: by, Text: by + ": " + text,
	})
}

// admit asks whether the policy in force lets somebody do what they want; if not, the
// error says who may.
func admit(ctx workflow.Context, service string, now time.Time, s speaker, plan, text string, wish capacity.Wish) (capacity.Identity, error) {
	return do(remote(ctx, "check permission: "+text), a.Admit, policies.AdmitInput{
		ID: s.id, Service: service, At: now, By: s.by, Token: s.token, Update: s.update, Order: s.order, Wish: wish, Plan: plan, Text: text,
	})
}
