package proof_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/proof"
)

// TestSeal: only the workers read a sealed token, for some minutes, also by an older key.
func TestSeal(t *testing.T) {
	one, two := proof.NewKey(), proof.NewKey()
	text, err := keys(t, one).Public()
	if err != nil {
		t.Fatal(err)
	}
	public, err := proof.ParsePublicKey(text + "\n")
	if err != nil {
		t.Fatal(err)
	}
	use := proof.Use{Workflow: "plan/chat", Operation: "approve"}
	sealed, err := public.Seal("a token", use, now)
	if err != nil || !proof.Sealed(sealed) || strings.Contains(sealed, "token") {
		t.Fatalf("got %q, %v, want it sealed", sealed, err)
	}
	_, hash, err := keys(t, one).Open(sealed, use, now)
	_, other, failed := keys(t, one).Open(sealed+"\n", use, now)
	if err != nil || failed != nil || hash != other {
		t.Errorf("got %q, %v and %q, %v with a line break, want the same hash", hash, err, other, failed)
	}
	if again, err := public.Seal("a token", use, now); err != nil || again == sealed {
		t.Errorf("got the same text twice, %v: each request needs its own", err)
	}
	for name, test := range map[string]struct {
		keys, sealed string
		use          proof.Use
		after        time.Duration
		want         string // part of the refusal; empty: it is read
	}{
		"as made":               {one, sealed, use, 0, ""},
		"by an older key":       {two + "," + one, sealed, use, time.Minute, ""},
		"late":                  {one, sealed, use, time.Hour, "send it again"},
		"by another key":        {two, sealed, use, 0, "or not for these workers"},
		"by no key":             {"", sealed, use, 0, "or not for these workers"},
		"for another run":       {one, sealed, proof.Use{Workflow: "plan/web", Operation: "approve"}, 0, "for another request"},
		"for another operation": {one, sealed, proof.Use{Workflow: "plan/chat", Operation: "reject"}, 0, "for another request"},
		"cut":                   {one, sealed[:len(sealed)-4], use, 0, "or not for these workers"},
		"no base64":             {one, "sealed:?", use, 0, "or not for these workers"},
		"nothing":               {one, "sealed:", use, 0, "or not for these workers"},
	} {
		t.Run(name, func(t *testing.T) {
			token, hash, err := keys(t, test.keys).Open(test.sealed, test.use, now.Add(test.after))
			switch {
			case test.want == "" && (err != nil || token != "a token" || hash == ""):
				t.Errorf("got %q, %v, want the token", token, err)
			case test.want != "" && (token != "" || !errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %q, %v, want it refused: %s", token, err, test.want)
			}
		})
	}
}

func TestParsePublicKey(t *testing.T) {
	if p, err := proof.ParsePublicKey(" "); err != nil || !p.None() {
		t.Errorf("got %v, %v of nothing, want no key", p, err)
	}
	for _, text := range []string{"abc", "c2VjcmV0"} {
		if _, err := proof.ParsePublicKey(text); !errors.Is(err, proof.ErrKeys) || !strings.Contains(err.Error(), "headroom codec public-key") {
			t.Errorf("got %v of %q, want an ErrKeys with the remedy", err, text)
		}
	}
	if public, err := (proof.Keys{}).Public(); public != "" || err != nil {
		t.Errorf("got %q, %v without a key, want nothing", public, err)
	}
}
