package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/policies"
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

// vouches reports whether a workflow of ours may want this of its service: the
// preparation of an event overrides, and clears what it has overridden itself; the
// retirement aborts. Anybody could name a workflow that runs, so it lets nothing
// else pass.
func vouches(token, service, override string, may capacity.Permission) bool {
	id, ours := WorkflowOf(token)
	switch {
	case !ours:
		return false
	case may == capacity.MayAbort:
		return id == RetireID(service)
	case may == capacity.MayOverride:
		return strings.HasPrefix(id, EventID(service, "")) && strings.HasPrefix(override, id+"/")
	}
	return false
}

// A speaker is who says that they speak, and what proves it. The ID names what they
// say, and override what it is about, if that is one.
type speaker struct{ id, by, token, override string }

// speaks is who sent the update that is being handled.
func speaks(ctx workflow.Context, by, token, override string) speaker {
	return speaker{workflow.GetCurrentUpdateInfo(ctx).ID, by, token, override}
}

// admit asks whether the policy in force lets somebody do what they want; if not, the
// error says who may.
func admit(ctx workflow.Context, service string, now time.Time, s speaker, plan, text string, wish capacity.Wish) (capacity.Identity, error) {
	return do(remote(ctx, "check permission: "+text), a.Admit, policies.AdmitInput{
		ID: s.id, Service: service, At: now, By: s.by, Token: s.token,
		Vouched: vouches(s.token, service, s.override, wish.Permission), Wish: wish, Plan: plan, Text: text,
	})
}
