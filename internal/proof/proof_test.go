package proof_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/proof"
)

var (
	now    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sender = proof.Sender{Workflow: "event/chat/launch", Run: "r1", Expires: now.Add(time.Minute)}
)

// order is the kind of thing that a workflow asks for.
type order struct {
	Override string
	Units    capacity.Units
	Until    time.Time
}

func request() proof.Request {
	return proof.Request{ID: "u1", Service: "chat", Operation: "override", Order: order{"event/chat/launch/g5", 30, now.In(time.FixedZone("", 8*3600))}}
}

func keys(t *testing.T, text string) proof.Keys {
	t.Helper()
	k, err := proof.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestVerify: a proof counts for the request that it was made for, until it expires, and
// for a worker that has the key.
func TestVerify(t *testing.T) {
	one, two := proof.NewKey(), proof.NewKey()
	token, err := keys(t, one).Sign(sender, request())
	if err != nil || !proof.Is(token) {
		t.Fatalf("got %q, %v, want a proof", token, err)
	}
	otherRun, err := keys(t, two).Sign(proof.Sender{Workflow: "event/chat/launch", Run: "r2", Expires: sender.Expires}, request())
	if err != nil {
		t.Fatal(err)
	}
	_, mac, _ := strings.Cut(token, ".")
	swapped, _, _ := strings.Cut(otherRun, ".")
	changed := func(change func(r *proof.Request)) proof.Request {
		r := request()
		change(&r)
		return r
	}
	decoded := request()
	data, err := json.Marshal(decoded.Order)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		t.Fatal(err)
	}
	decoded.Order = plain
	for name, test := range map[string]struct {
		keys    string
		token   string
		request proof.Request
		after   time.Duration
		want    string // part of the refusal; empty: it counts
	}{
		"as made":                     {one, token, request(), 0, ""},
		"decoded":                     {one, token, decoded, 0, ""},
		"by an older key":             {two + ", " + one, token, request(), 0, ""},
		"expired":                     {one, token, request(), time.Hour, "expired at 2026-03-01T12:01:00Z"},
		"another update":              {one, token, changed(func(r *proof.Request) { r.ID = "u2" }), 0, "made for another one"},
		"another service":             {one, token, changed(func(r *proof.Request) { r.Service = "web" }), 0, "made for another one"},
		"another operation":           {one, token, changed(func(r *proof.Request) { r.Operation = "abort" }), 0, "made for another one"},
		"another override":            {one, token, changed(func(r *proof.Request) { r.Order = order{"event/chat/launch/spot", 30, now} }), 0, "made for another one"},
		"more units":                  {one, token, changed(func(r *proof.Request) { r.Order = order{"event/chat/launch/g5", 31, now} }), 0, "made for another one"},
		"another run":                 {one, swapped + "." + mac, request(), 0, "made for another one"},
		"signed with another key":     {two, token, request(), 0, "different keys"},
		"no key":                      {"", token, request(), 0, "set HEADROOM_WORKER_KEY"},
		"a name alone":                {one, "proof:event/chat/launch", request(), 0, "cannot be read"},
		"no signature":                {one, strings.TrimSuffix(token, mac), request(), 0, "forged"},
		"a signature that is no text": {one, token + "?", request(), 0, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := keys(t, test.keys).Verify(test.token, test.request, now.Add(test.after))
			if test.want == "" {
				if err != nil || got != sender {
					t.Errorf("got %+v, %v, want %+v", got, err, sender)
				}
				return
			}
			if !errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it refused: %s", err, test.want)
			}
			if got != (proof.Sender{}) {
				t.Errorf("got the sender %+v of a proof that is refused", got)
			}
		})
	}
}

// TestSign_NoKey: without a key there is no proof.
func TestSign_NoKey(t *testing.T) {
	token, err := keys(t, " ").Sign(sender, request())
	if token != "" || err != nil {
		t.Errorf("got %q, %v, want nothing", token, err)
	}
}

func TestParseKeys(t *testing.T) {
	for _, text := range []string{"abc", "c2VjcmV0", proof.NewKey() + ",", proof.NewKey() + ",c2VjcmV0"} {
		_, err := proof.ParseKeys(text)
		if !errors.Is(err, proof.ErrKeys) || strings.Contains(err.Error(), "c2Vj") || !strings.Contains(err.Error(), "headroom codec worker-key") {
			t.Errorf("got %v of %q, want an ErrKeys with the remedy and without the key", err, text)
		}
	}
}
