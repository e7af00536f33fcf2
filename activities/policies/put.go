package policies

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
	"headroom/policy"
)

// PutInput is a policy that somebody wants in force.
type PutInput struct {
	Policy capacity.Policy
	By     string // as the caller says
	Token  string `json:",omitempty"` // that proves it
	Why    string `json:",omitempty"`
	ID     string `json:",omitempty"` // names the request; the workflow fills it in
}

// PutResult is what came of it.
type PutResult struct {
	Hash    string // of the policy, which is in force now
	Before  string `json:",omitempty"` // of the one that was in force; empty: none was
	Changed bool   // false: it was in force already
	// Keys are those that it says differently from the one before.
	Keys []string `json:",omitempty"`
	By   string   `json:",omitempty"` // who changed it, as verified
}

// change is what a record of a policy rests on.
type change struct {
	Old, New string // hashes; no Old: it is the first of the service
	// Base is the policy that it was merged with, and the SHA-256 of that.
	Base     string   `json:",omitempty"`
	BaseHash string   `json:",omitempty"`
	Keys     []string `json:",omitempty"` // that it says differently
	Identity capacity.Identity
}

// PutPolicy puts a policy in force if the policy in force lets the caller, or, while none
// is, if the worker's settings name the caller as an owner. A policy that is in force
// already is left alone, and nobody is asked. It returns ErrBadPolicy for a policy that
// no file could say, and ErrRefused if the caller may not, if the policy has roles and
// nobody is verified, or if the policy is beyond the worker's bounds; then the audit holds
// that they tried.
func (a *Policies) PutPolicy(ctx context.Context, in PutInput) (out PutResult, err error) {
	defer failure.Cross(&err)
	data, hash, err := in.Policy.Encode()
	if err != nil {
		return out, err
	}
	if err := possible(in.Policy, data); err != nil {
		return out, err
	}
	service := in.Policy.Service
	now, version, err := Settled(ctx, a.Records, service)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return out, err
	}
	out = PutResult{Hash: hash, Before: now.Hash}
	if now.Hash == hash {
		if now.Change == in.ID { // an earlier try put it in force
			out.Changed, out.By = true, now.By
		}
		return out, nil
	}
	keys, locked, err := a.compared(ctx, now.Hash, in.Policy)
	if err != nil {
		return out, err
	}
	out.Keys = keys
	who, err := a.Admit(ctx, AdmitInput{
		ID: in.ID, Service: service, At: a.Records.Now(), By: in.By, Token: in.Token,
		Wish: capacity.Wish{Permission: capacity.MayPolicy, At: a.Records.Now(), Locked: locked}, Text: "replace the policy of " + service, Roles: len(in.Policy.Control.Roles) > 0,
	})
	if err != nil {
		return out, err
	}
	if a.Bounds != nil {
		if err := a.Bounds.Check(in.Policy); err != nil {
			return out, a.beyond(ctx, in, who, err)
		}
	}
	facts, err := records.Facts(change{Old: now.Hash, New: hash, Base: in.Policy.Base.Name, BaseHash: in.Policy.Base.Hash, Keys: keys, Identity: who})
	if err != nil {
		return out, err
	}
	text := fmt.Sprintf("%s put the first policy of %s in force, %.12s", who.Name, service, hash)
	if now.Hash != "" {
		text = fmt.Sprintf("%s replaced the policy of %s: %.12s is in force in place of %.12s", who.Name, service, hash, now.Hash)
	}
	if b := in.Policy.Base; b.Name != "" {
		text += fmt.Sprintf(", merged with the base %s, %.12s", b.Name, b.Hash)
	}
	// The record comes after the change, so that it never says what lost a race to
	// another change, and before the change counts.
	at := a.Records.Now()
	err = Force(ctx, a.Records.Store, in.Policy, Pointer{By: who.Name, Why: in.Why, At: at, Change: in.ID, Unrecorded: &audit.Record{
		Service: service, ID: "policy/" + in.ID, At: at, Kind: audit.Policy, By: who.Name, Why: in.Why, Text: text, Facts: facts,
	}}, version)
	if err != nil {
		return out, err
	}
	if _, _, err := Settled(ctx, a.Records, service); err != nil {
		return out, err
	}
	out.Changed, out.By = true, who.Name
	return out, nil
}

// compared is the keys that a policy says differently from the one of that hash, and
// those of them that its base locks.
func (a *Policies) compared(ctx context.Context, before string, p capacity.Policy) (keys, locked []string, err error) {
	if before == "" {
		return nil, nil, nil
	}
	now, err := Read(ctx, a.Records.Store, p.Service, before)
	if err != nil {
		return nil, nil, err
	}
	if keys, err = policy.Changes(now, p); err != nil {
		return nil, nil, err
	}
	locked, err = policy.LockedChanges(now, p)
	return keys, locked, err
}

// beyond records that somebody wanted a policy beyond the worker's bounds, and returns why
// it is refused.
func (a *Policies) beyond(ctx context.Context, in PutInput, who capacity.Identity, why error) error {
	data, err := records.Facts(who)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s wanted to replace the policy of %s, and was refused", who.Name, in.Policy.Service)
	err = a.Records.Append(ctx, audit.Record{
		Service: in.Policy.Service, ID: "refused/" + in.ID, At: a.Records.Now(), Kind: audit.Refused, By: who.Name, Why: why.Error(), Text: text, Facts: data,
	}, nil)
	if err != nil {
		return err
	}
	return fmt.Errorf("the policy of %s is beyond the bounds of the workers: %w", in.Policy.Service, why)
}

// possible refuses a policy that no file could say.
func possible(p capacity.Policy, data []byte) error {
	text := policy.Format(p)
	parsed, _, err := policy.Parse("the policy", strings.NewReader(text))
	if err != nil {
		return err
	}
	same, _, err := parsed.Encode()
	if err == nil && string(same) != string(data) {
		return fmt.Errorf("the policy of %q has values that no policy file has: apply it from a file with `headroom policy apply FILE`: %w", p.Service, capacity.ErrBadPolicy)
	}
	return err
}
