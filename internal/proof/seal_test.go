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
	sealed, err := public.Seal("a token", now)
	if err != nil || !proof.Sealed(sealed) || strings.Contains(sealed, "token") {
		t.Fatalf("got %q, %v, want it sealed", sealed, err)
	}
	if again, err := public.Seal("a token", now); err != nil || again == sealed {
		t.Errorf("got the same text twice, %v: each request needs its own", err)
	}
	for name, test := range map[string]struct {
		keys, sealed string
		after        time.Duration
		want         string // part of the refusal; empty: it is read
	}{
		"as made":         {one, sealed, 0, ""},
		"by an older key": {two + "," + one, sealed, time.Minute, ""},
		"late":            {one, sealed, time.Hour, "send it again"},
		"by another key":  {two, sealed, 0, "not sealed for these workers"},
		"by no key":       {"", sealed, 0, "not sealed for these workers"},
		"cut":             {one, sealed[:len(sealed)-4], 0, "not sealed for these workers"},
		"no base64":       {one, "sealed:?", 0, "not sealed for these workers"},
		"nothing":         {one, "sealed:", 0, "not sealed for these workers"},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := keys(t, test.keys).Open(test.sealed, now.Add(test.after))
			switch {
			case test.want == "" && (err != nil || token != "a token"):
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
