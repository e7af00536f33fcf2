package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// TokenOf is the token of a workflow of ours that gives an order: the second
// argument of the updates by which somebody decides or orders something. That of
// a person is an OIDC token, or empty where none are verified.
func TokenOf(workflowID string) string { return workflowToken + workflowID }

// workflowToken begins a token that names a workflow, which must be running.
const workflowToken = "workflow:"

// WorkflowOf is the workflow that a token names, if it is one of those.
func WorkflowOf(token string) (id string, ours bool) { return strings.CutPrefix(token, workflowToken) }

// A speaker is who says that they speak, and what proves it. The ID names what they
// say.
type speaker struct{ id, by, token string }

// speaks is who sent the update that is being handled.
func speaks(ctx workflow.Context, by, token string) speaker {
	return speaker{workflow.GetCurrentUpdateInfo(ctx).ID, by, token}
}

// admit asks whether the policy lets somebody do what they want; if not, the
// error says who may.
func admit(ctx workflow.Context, p capacity.Policy, now time.Time, s speaker, plan, text string, wish capacity.Wish) (capacity.Identity, error) {
	return do(remote(ctx, "may they "+text+"?"), a.Admit, activities.AdmitInput{
		ID: s.id, Service: p.Service, Control: p.Control, Notify: p.Notify, At: now, By: s.by, Token: s.token, Wish: wish, Plan: plan, Text: text,
	})
}
