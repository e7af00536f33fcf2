package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/activities/policies"
	"headroom/capacity"
)

// A speaker is who says that they speak, and what proves it: the token of a person, or
// the proof of a worker for exactly this order. The ID names what they say.
type speaker struct {
	id, by, token string
	order         any // what they sent
}

// speaks is who sent the update that is being handled.
func speaks(ctx workflow.Context, by, token string, order any) speaker {
	return speaker{workflow.GetCurrentUpdateInfo(ctx).ID, by, token, order}
}

// admit asks whether the policy in force lets somebody do what they want; if not, the
// error says who may.
func admit(ctx workflow.Context, service string, now time.Time, s speaker, plan, text string, wish capacity.Wish) (capacity.Identity, error) {
	return do(remote(ctx, "check permission: "+text), a.Admit, policies.AdmitInput{
		ID: s.id, Service: service, At: now, By: s.by, Token: s.token, Order: s.order, Wish: wish, Plan: plan, Text: text,
	})
}
