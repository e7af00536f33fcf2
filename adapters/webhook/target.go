// Package webhook scales whatever answers over HTTP: other clouds, schedulers
// of one's own.
//
// A target is one address. A GET of it tells the state, as soon as the last
// PUT was answered:
//
//	{"units": 8, "serving": 6, "floor": false}
//
// A PUT sets the number. Its header Idempotency-Key is the action's ID:
//
//	{"id": "…", "target": "https://…", "units": 12, "from": 8, "at": "2026-03-02T12:00:00Z", "why": "…"}
//
// Any 2xx says that the number is accepted. These say why it is not:
//
//	401, 403            the caller may not
//	404, 410            there is no such target
//	409                 somebody else changed it at the same moment: nothing was written
//	408, 425, 429, 503  busy; asked again later
//	423                 somebody has stopped changes; the first line of the answer is the reason
//	422                 it can never run so many
//	507                 there is no capacity of this kind now
//
// If a secret is set, every request is signed: see [Verify].
package webhook

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"headroom/capacity"
)

// A Caller calls webhooks.
type Caller struct {
	// Secret signs every request. Without one nothing is signed.
	Secret []byte
	// Timeout is for one request with its answer; zero is 10 seconds.
	Timeout time.Duration
	// Transport carries the requests; nil is [http.DefaultTransport].
	Transport http.RoundTripper
	// Now dates the signatures; nil is the wall clock.
	Now func() time.Time
}

// Target is what is scaled at an address such as "https://host/path". It does
// not call yet. It returns ErrNoSuchTarget for anything that is no such
// address.
func (c Caller) Target(name capacity.TargetName) (*Target, error) {
	u, err := url.Parse(string(name))
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "", u.Fragment != "":
		return nil, fmt.Errorf("target %q: write https://HOST/PATH: %w", name, capacity.ErrNoSuchTarget)
	case u.User != nil:
		return nil, fmt.Errorf("target at %s: take user and password out of the address, names of targets are logged; "+
			"sign with a secret instead: %w", u.Host, capacity.ErrNoSuchTarget)
	}
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	client := &http.Client{Transport: c.Transport, Timeout: c.Timeout, CheckRedirect: stayHere}
	return &Target{name: name, caller: c, client: client}, nil
}

// A Target is something that is scaled over HTTP.
type Target struct {
	name   capacity.TargetName
	caller Caller
	client *http.Client
}

var _ capacity.Target = (*Target)(nil)

// State asks what runs now, as [capacity.Target] says. ErrBadData says that
// the answer is not a state.
func (t *Target) State(ctx context.Context) (capacity.State, error) {
	answer, is, err := t.call(ctx, http.MethodGet, nil, "")
	if err != nil {
		return capacity.State{}, fmt.Errorf("read %s: %w", t.name, err)
	}
	state := capacity.State{Units: -1, Serving: -1}
	if err := json.Unmarshal(answer, &state); err != nil || state.Units < 0 || state.Serving < 0 {
		return capacity.State{}, fmt.Errorf(`read %s: the answer (%s) is no state, want JSON such as {"units": 8, "serving": 6}: %w`,
			t.name, is, capacity.ErrBadData)
	}
	return state, nil
}

// order is the body of a PUT.
type order struct {
	ID     string              `json:"id"`
	Target capacity.TargetName `json:"target"`
	Units  capacity.Units      `json:"units"`
	From   capacity.Units      `json:"from"`
	At     time.Time           `json:"at"`
	Why    string              `json:"why"`
}

// Scale asks for a.Units units, as [capacity.Target] says, and reads back what
// came of it. ErrConflict says also that another number stands there already.
func (t *Target) Scale(ctx context.Context, a capacity.Action) error {
	if a.Units < 0 {
		return fmt.Errorf("scale %s to %d: less than none: %w", t.name, a.Units, capacity.ErrOutOfBounds)
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // the why is for people
	if err := encoder.Encode(order{ID: a.ID, Target: t.name, Units: a.Units, From: a.From, At: a.At, Why: a.Why}); err != nil {
		return fmt.Errorf("scale %s to %d: %w", t.name, a.Units, err)
	}
	if _, _, err := t.call(ctx, http.MethodPut, body.Bytes(), a.ID); err != nil {
		return fmt.Errorf("scale %s to %d: %w", t.name, a.Units, err)
	}
	after, err := t.State(ctx)
	if err != nil {
		return fmt.Errorf("scale %s to %d: it was accepted, but: %w", t.name, a.Units, err)
	}
	if after.Units != a.Units {
		return fmt.Errorf("scale %s to %d: it was accepted, but a GET now says %d; either somebody else changed it, "+
			"or the receiver tells the number too late: %w", t.name, a.Units, after.Units, capacity.ErrConflict)
	}
	return nil
}
