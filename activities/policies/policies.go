// Package policies keeps the policy of each service that is in force, and decides by it
// who may do what. No caller hands a policy over with what they want to do.
package policies

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// Policies reads and replaces the policies in force.
type Policies struct {
	Records    records.Records
	Identifier Identifier // nil where no caller is authorized
	Access     Access
	Bounds     Bounds // nil: a policy may name everything
}

// Bounds limit what any policy may say, whoever puts it in force.
type Bounds interface {
	// Check returns ErrRefused, with the key and the bound, for a policy beyond the bounds.
	Check(p capacity.Policy) error
}

// Access is what the worker's settings say of callers.
type Access struct {
	// Verified: an issuer of tokens is set, so that nobody is taken at their word.
	Verified bool
	// Owners may put the first policy of a service in force: names of people, and
	// group:NAME for all who are in a group. Where nobody is verified, everybody may.
	Owners []string
}

// An Identifier finds out who calls.
type Identifier interface {
	// Identify returns the identity of a caller who claims a name and proves it by a
	// token: that of a person, or the proof of a worker for exactly this request, whose
	// identity is the workflow that it names. It returns ErrRefused if the token does not
	// prove it.
	Identify(ctx context.Context, in AdmitInput) (capacity.Identity, error)
	// SignStart proves that a worker lets a schedule start its runs; without a key the
	// proof is empty.
	SignStart(ctx context.Context, s Schedule) (proof string, err error)
}

// A Pointer says which policy of a service is in force, and since when.
type Pointer struct {
	Hash    string // of the policy
	By, Why string
	At      time.Time // on the clock of the wall
	Change  string    // the request that put it in force
	// Unrecorded is the record of the change until the audit has it. The policy counts
	// from then on: [Settled] appends it.
	Unrecorded *audit.Record `json:",omitempty"`
}

// Current reads which policy of a service is in force. It returns ErrNotFound, with the
// remedy, if none is, and ErrRefused for what no service can be named. The version is that
// of the pointer in the store.
func Current(ctx context.Context, store capacity.Store, service string) (p Pointer, version string, err error) {
	if err := capacity.CheckService(service); err != nil {
		return p, "", err
	}
	key := capacity.CurrentPolicyKey(service)
	data, version, err := store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return p, "", fmt.Errorf("no policy of %s is in force: put one in force with `headroom policy apply FILE`: %w", service, capacity.ErrNotFound)
	}
	if err != nil {
		return p, "", err
	}
	return p, version, records.Decode(key, data, &p)
}

// Settled is Current for whoever acts by the policy: a change that is not on record yet,
// since whoever made it was stopped in between, is recorded first. So the audit holds
// every change that counts, and none that lost a race.
func Settled(ctx context.Context, r records.Records, service string) (p Pointer, version string, err error) {
	for range records.Tries {
		if p, version, err = Current(ctx, r.Store, service); err != nil || p.Unrecorded == nil {
			return p, version, err
		}
		if err = settle(ctx, r, service, p, version); err != nil && !errors.Is(err, capacity.ErrConflict) {
			return Pointer{}, "", err
		}
	}
	return Pointer{}, "", fmt.Errorf("the policy of %s changes again and again: %w", service, capacity.ErrConflict)
}

// settle appends the record of a change, with its notices, and notes that it has.
func settle(ctx context.Context, r records.Records, service string, p Pointer, version string) error {
	var to capacity.Notify
	policy, err := Read(ctx, r.Store, service, p.Hash)
	switch {
	case err == nil:
		to = policy.Notify
	case !errors.Is(err, capacity.ErrNotFound) && !errors.Is(err, capacity.ErrBadData):
		return err
	}
	done := *p.Unrecorded
	err = r.Append(ctx, done, to, capacity.Notice{Kind: capacity.NoticeOrder, Subject: "policy-" + p.Change, Text: done.Text})
	if err != nil {
		return err
	}
	p.Unrecorded = nil
	return r.SwapJSON(ctx, capacity.CurrentPolicyKey(service), p, version)
}

// Read reads the policy of a service with that hash, and checks it. A policy that was
// never in force is ErrNotFound.
func Read(ctx context.Context, store capacity.Store, service, hash string) (p capacity.Policy, err error) {
	key := capacity.PolicyKey(service, hash)
	data, _, err := store.Get(ctx, key)
	if err != nil {
		return p, err
	}
	if is := capacity.RefTo(key, data).SHA256; is != hash {
		return p, fmt.Errorf("%q has the SHA-256 %.12s…: %w", key, is, capacity.ErrBadData)
	}
	return p, records.Decode(key, data, &p)
}

// Force puts a policy in force, whoever asks, if the pointer still has that version. It
// returns ErrConflict if it has another. The pointer's Hash is filled in.
func Force(ctx context.Context, store capacity.Store, p capacity.Policy, pointer Pointer, version string) error {
	data, hash, err := p.Encode()
	if err != nil {
		return err
	}
	if _, err := store.Put(ctx, capacity.PolicyKey(p.Service, hash), data); err != nil {
		return err
	}
	pointer.Hash = hash
	moved, err := json.Marshal(pointer)
	if err != nil {
		return fmt.Errorf("encode which policy of %s is in force: %w", p.Service, err)
	}
	return store.Swap(ctx, capacity.CurrentPolicyKey(p.Service), moved, version)
}

// InForceInput names a service and the policy that the caller knows; no Hash: whichever
// is in force.
type InForceInput struct {
	Service string
	Hash    string `json:",omitempty"`
}

// InForceResult is the policy in force.
type InForceResult struct {
	Policy capacity.Policy
	Hash   string
}

// InForce reads the policy of a service that is in force. It returns ErrNotFound if none
// is, and ErrRefused if it is not the one that the caller knows.
func (a *Policies) InForce(ctx context.Context, in InForceInput) (out InForceResult, err error) {
	defer failure.Cross(&err)
	now, _, err := Settled(ctx, a.Records, in.Service)
	if err != nil {
		return out, err
	}
	if in.Hash != "" && in.Hash != now.Hash {
		return out, fmt.Errorf("the policy %.12s of %s is not in force: %.12s is, since %s by %s; call again with that one, or apply yours: %w",
			in.Hash, in.Service, now.Hash, now.At.Format(time.RFC3339), now.By, capacity.ErrRefused)
	}
	out.Hash = now.Hash
	out.Policy, err = Read(ctx, a.Records.Store, in.Service, now.Hash)
	return out, err
}

// inForce is the policy of a service that is in force; nil if none is.
func (a *Policies) inForce(ctx context.Context, service string) (*capacity.Policy, error) {
	now, _, err := Settled(ctx, a.Records, service)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil //nolint:nilnil // none is in force, which is no error
	}
	if err != nil {
		return nil, err
	}
	p, err := Read(ctx, a.Records.Store, service, now.Hash)
	return &p, err
}

// owns reports whether somebody is an owner. Where nobody is verified, everybody is.
func (a Access) owns(who capacity.Identity) bool {
	return !a.Verified || capacity.Role{Who: a.Owners}.Holds(who)
}

// admit lets who is an owner of services without a policy, or returns ErrRefused.
func (a Access) admit(who capacity.Identity, service string) error {
	switch {
	case a.owns(who):
		return nil
	case len(a.Owners) == 0:
		return fmt.Errorf("no policy of %s is in force, and the workers name no owner who may put the first one in force: set HEADROOM_OWNERS there: %w", service, capacity.ErrRefused)
	}
	return fmt.Errorf("no policy of %s is in force, and %s is no owner who may put the first one in force: ask %s, whom HEADROOM_OWNERS of the workers names: %w",
		service, who.Name, strings.Join(a.Owners, " or "), capacity.ErrRefused)
}
