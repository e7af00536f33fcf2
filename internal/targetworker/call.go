// Package targetworker lets workers that hold no credentials of a target reach it through
// a target worker: a worker beside the target, with the credentials and a task queue of its
// own, which it polls by outbound connections only. The planning workers sign each call;
// the target worker carries out nothing else.
package targetworker

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"time"

	"headroom/capacity"
)

// Queue is the task queue of a target worker.
func Queue(worker string) string { return "headroom-targets-" + worker }

// CallTarget is the activity by which a target worker is called.
const CallTarget = "CallTarget"

// A method is what is called of a target, by the name of the method of the interfaces of
// capacity.
type method string

const (
	describe  method = "Describe"
	state     method = "State"
	scale     method = "Scale"
	limits    method = "Limits"
	limit     method = "Limit"
	inspect   method = "Inspect"
	push      method = "Push"
	timetable method = "Timetable"
)

// A call is one call of a target.
type call struct {
	ID      string // of the activity
	Worker  string
	Target  capacity.TargetName // as the target worker knows it
	Method  method
	Now     time.Time // on the clock of the target
	Expires time.Time // on the wall clock

	Action   *capacity.Action   `json:",omitempty"`
	Limiting *capacity.Limiting `json:",omitempty"`
	Slots    []capacity.Slot    `json:",omitempty"`
}

// A Signed is a call with the signature of the planning workers.
type Signed struct {
	Call      json.RawMessage
	Signature []byte
}

// An Answer is what came of a call: the fields of its method.
type Answer struct {
	State    capacity.State     `json:",omitzero"`
	Limits   capacity.Limits    `json:",omitzero"`
	Findings []capacity.Finding `json:",omitempty"`
	Pushed   capacity.Pushed    `json:",omitzero"`
	Slots    []capacity.Slot    `json:",omitempty"`
	Can      features           `json:",omitzero"`
}

// features are what a target can do beside being scaled.
type features struct {
	Limited, Inspected, Timetabled bool
	Slots                          int
}

// sealed begins what is signed, so that a signature is good for nothing else.
const sealed = "headroom call of a target\n"

// sign signs a call.
func sign(c call, key ed25519.PrivateKey) (Signed, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return Signed{}, fmt.Errorf("encode the call of %s: %w", c.Target, err)
	}
	return Signed{data, ed25519.Sign(key, append([]byte(sealed), data...))}, nil
}

// open verifies a call that the activity of that ID has brought to a target worker. It
// returns ErrRefused for one that the planning workers have not signed, that is for
// another activity or another worker, or that has expired.
func (s Signed) open(key ed25519.PublicKey, worker, id string, now time.Time) (c call, err error) {
	if !ed25519.Verify(key, append([]byte(sealed), s.Call...), s.Signature) {
		return c, fmt.Errorf("the call is not signed by the planning workers: make sure that HEADROOM_TARGET_PUBLIC_KEY here belongs to HEADROOM_TARGET_KEY there: %w", capacity.ErrRefused)
	}
	if err := json.Unmarshal(s.Call, &c); err != nil {
		return c, fmt.Errorf("decode the call: %w: %w", err, capacity.ErrBadData)
	}
	switch {
	case c.Worker != worker || c.ID != id:
		return c, fmt.Errorf("the call %s is for target worker %q, and was brought to %q as %s: %w", c.ID, c.Worker, worker, id, capacity.ErrRefused)
	case !now.Before(c.Expires):
		return c, fmt.Errorf("the call %s has expired at %s, and it is %s here: make sure that the clocks of the workers agree: %w", c.ID, c.Expires.Format(time.RFC3339), now.UTC().Format(time.RFC3339), capacity.ErrRefused)
	}
	return c, nil
}
