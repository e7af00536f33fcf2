package policies

import (
	"context"
	"errors"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// AdmitInput is what somebody wants to do about a service.
type AdmitInput struct {
	ID      string // names the wish: it is asked for once
	Service string
	At      time.Time // on the service's clock
	By      string    // as the speaker says
	Token   string    `json:",omitempty"` // that proves it
	// Start is the workflow ID of a run that is asked for, which the proof of a worker
	// covers; empty: an update is, which the proof covers by its ID.
	Start string `json:",omitempty"`
	// Update is the name of the update that asks for it; empty: a start does.
	Update string `json:",omitempty"`
	Wish   capacity.Wish
	Order  any    `json:",omitempty"` // exactly what the caller sent, which the proof of a worker covers
	Plan   string `json:",omitempty"`
	Text   string // what is wanted, in a sentence
	Roles  bool   `json:",omitempty"` // it is a policy with roles, which only bind people who are verified
}

// Admit finds out who speaks, and whether the policy in force lets them. It returns
// ErrRefused if it does not, or if they are not who they say; then the audit holds
// that they tried. While no policy of the service is in force, the owners that the
// worker's settings name are let. A workflow is let for whose request a worker has signed:
// it was admitted when it began.
func (a *Policies) Admit(ctx context.Context, in AdmitInput) (who capacity.Identity, err error) {
	defer failure.Cross(&err)
	p, err := a.inForce(ctx, in.Service) // refuses what no service is named, of which nothing is on record
	if err != nil {
		return who, err
	}
	if who, err = a.Identifier.Identify(ctx, in); err == nil {
		err = a.permit(in, who, p)
	}
	return who, a.onRecord(ctx, in, who, p, err)
}

// Identify finds out who speaks, about no single service; it asks no policy. It returns
// ErrRefused if they are not who they say; then the audit holds that they tried.
func (a *Policies) Identify(ctx context.Context, in AdmitInput) (who capacity.Identity, err error) {
	defer failure.Cross(&err)
	who, err = a.Identifier.Identify(ctx, in)
	return who, a.onRecord(ctx, in, who, nil, err)
}

// Permit asks whether a policy lets somebody who was identified do what they want. It
// returns ErrRefused if it does not; then the audit holds that they tried.
func (a *Policies) Permit(ctx context.Context, in AdmitInput, who capacity.Identity, p capacity.Policy) error {
	return a.onRecord(ctx, in, who, &p, a.permit(in, who, &p))
}

// Refuse records that somebody was refused what they want, and returns why.
func (a *Policies) Refuse(ctx context.Context, in AdmitInput, who capacity.Identity, p capacity.Policy, why error) error {
	return a.onRecord(ctx, in, who, &p, why)
}

// onRecord returns the error of an admission, and records it if it is a refusal: in the
// name of who was verified, or in nobody's, so that no one can put it in that of another.
func (a *Policies) onRecord(ctx context.Context, in AdmitInput, who capacity.Identity, p *capacity.Policy, err error) error {
	if !errors.Is(err, capacity.ErrRefused) {
		return err
	}
	id := records.InRun(ctx, in.ID)
	text := fmt.Sprintf("%s wanted to %s, and was refused", speaker(who, in.By), in.Text)
	var to capacity.Notify
	if p != nil {
		to = p.Notify
	}
	data, failed := records.Facts(who)
	if failed != nil {
		return failed
	}
	failed = a.Records.Append(ctx, audit.Record{
		Service: in.Service, ID: "refused/" + id, At: in.At, Kind: audit.Refused, By: who.Name, Plan: in.Plan,
		Why: err.Error(), Text: text, Facts: data,
	}, to, capacity.Notice{Kind: capacity.NoticeOrder, Subject: "refused-" + id, Text: fmt.Sprintf("%s: %v", text, err)})
	if failed != nil {
		return failed
	}
	return err
}

// speaker is who was verified, in words, or who somebody claims to be that was not.
func speaker(who capacity.Identity, claimed string) string {
	switch {
	case who.Name != "":
		return who.Name
	case claimed != "":
		return fmt.Sprintf("somebody who called themselves %.200q, not verified,", claimed)
	}
	return "somebody, not verified,"
}

// permit lets somebody pass by the policy in force, if there is one, or refuses them.
func (a *Policies) permit(in AdmitInput, who capacity.Identity, p *capacity.Policy) error {
	switch {
	case in.Roles && !a.Access.Verified:
		return fmt.Errorf("the policy has roles, and the workers verify nobody, so anybody could claim any name: set HEADROOM_OIDC_ISSUER at the workers, or remove control.roles: %w", capacity.ErrRefused)
	case who.Workflow != "":
		return nil
	case p == nil:
		return a.Access.admit(who, in.Service)
	}
	return p.Control.Admit(who, in.Wish)
}
