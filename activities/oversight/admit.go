// Package oversight records decisions, finds out who may take them, and sends notices.
package oversight

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

// Oversight keeps the audit, admits callers and posts notices.
type Oversight struct {
	Records    records.Records
	Identifier Identifier // nil where no caller is authorized
	Poster     Poster     // nil: no notices
}

// An Identifier finds out who calls.
type Identifier interface {
	// Identify returns the identity of a caller who claims a name and proves it by a
	// token, or ErrRefused if the token does not prove it.
	Identify(ctx context.Context, claimed, token string) (capacity.Identity, error)
}

// AdmitInput is what somebody wants to do about a service.
type AdmitInput struct {
	ID      string // names the wish: it is asked for once
	Service string
	Control capacity.Control
	Notify  capacity.Notify
	At      time.Time // on the service's clock
	By      string    // as the speaker says
	Token   string    `json:",omitempty"` // that proves it
	// Vouched: where a workflow of ours speaks, it is one that may want this.
	Vouched bool `json:",omitempty"`
	Wish    capacity.Wish
	Plan    string `json:",omitempty"`
	Text    string // what is wanted, in a sentence
}

// Admit finds out who speaks, and whether the policy lets them. It returns
// ErrRefused if it does not, or if they are not who they say; then the audit holds
// that they tried. A workflow of ours was let in when a person began it.
func (a *Oversight) Admit(ctx context.Context, in AdmitInput) (who capacity.Identity, err error) {
	defer failure.Cross(&err)
	who, err = a.Identifier.Identify(ctx, in.By, in.Token)
	switch {
	case err != nil:
	case who.Workflow == "":
		err = in.Control.Admit(who, in.Wish)
	case !in.Vouched:
		err = fmt.Errorf("%s may not %s: only the preparation of an event may override, and only the retirement abort: %w", who.Workflow, in.Text, capacity.ErrRefused)
	}
	if !errors.Is(err, capacity.ErrRefused) {
		return who, err
	}
	if who.Name == "" {
		who.Name = in.By
	}
	data, failed := records.Facts(who)
	if failed != nil {
		return who, failed
	}
	failed = a.Records.Append(ctx, audit.Record{
		Service: in.Service, ID: "refused/" + in.ID, At: in.At, Kind: audit.Refused, By: who.Name, Plan: in.Plan,
		Why: err.Error(), Text: fmt.Sprintf("%s wanted to %s, and was refused", who.Name, in.Text), Facts: data,
	}, in.Notify, capacity.Notice{Kind: capacity.NoticeOrder, Subject: "refused-" + in.ID, Text: fmt.Sprintf("%s wanted to %s, and was refused: %v", who.Name, in.Text, err)})
	if failed != nil {
		return who, failed
	}
	return who, err
}
