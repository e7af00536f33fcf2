package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"headroom/adapters/webhook"
	"headroom/capacity"
)

func ExampleVerify() {
	secret, body := []byte("shared by both sides"), []byte(`{"units":12}`)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

	header := webhook.Sign(secret, body, now)
	fmt.Println(header[:16])
	fmt.Println(webhook.Verify(secret, header, body, now.Add(time.Second)))
	fmt.Println(errors.Is(webhook.Verify(secret, header, []byte(`{"units":99}`), now), capacity.ErrAccess))
	// Output:
	// t=1772452800,v1=
	// <nil>
	// true
}

func TestVerify(t *testing.T) {
	body := []byte(`{"units": 3}`)
	good := webhook.Sign(secret, body, noon)
	at, sum, _ := strings.Cut(good, ",")
	for _, test := range []struct {
		name   string
		secret []byte
		header string
		body   string
		now    time.Time
		fits   bool
	}{
		{"good", secret, good, string(body), noon, true},
		{"five minutes old", secret, good, string(body), noon.Add(5 * time.Minute), true},
		{"five minutes ahead", secret, good, string(body), noon.Add(-5 * time.Minute), true},
		{"old secret beside the new", secret, at + ",v1=00," + sum, string(body), noon, true},
		{"unknown part", secret, good + ",v2=x", string(body), noon, true},
		{"too old", secret, good, string(body), noon.Add(5*time.Minute + time.Second), false},
		{"too far ahead", secret, good, string(body), noon.Add(-5*time.Minute - time.Second), false},
		{"another body", secret, good, `{"units": 4}`, noon, false},
		{"another secret", []byte("other"), good, string(body), noon, false},
		{"no secret", nil, webhook.Sign(nil, body, noon), string(body), noon, false},
		{"another time", secret, "t=1772452801," + sum, string(body), noon, false},
		{"no time", secret, sum, string(body), noon, false},
		{"no signature", secret, at, string(body), noon, false},
		{"half a signature", secret, good[:len(good)-2], string(body), noon, false},
		{"nothing", secret, "", string(body), noon, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := webhook.Verify(test.secret, test.header, []byte(test.body), test.now)
			if test.fits && err != nil || !test.fits && !errors.Is(err, capacity.ErrAccess) {
				t.Errorf("got %v, want it to fit: %v", err, test.fits)
			}
		})
	}
}

// What Verify accepts holds the HMAC of its own time and body.
func FuzzVerify(f *testing.F) {
	f.Add(webhook.Sign(secret, []byte("body"), noon), []byte("body"))
	f.Add("t=1772452800,v1=", []byte{})
	f.Add("t=1772452800,t=-1,v1=00,v1=zz", []byte("."))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		if webhook.Verify(secret, webhook.Sign(secret, body, noon), body, noon) != nil {
			t.Errorf("the signature of %q does not fit", body)
		}
		if webhook.Verify(secret, header, body, noon) != nil {
			return
		}
		_, at, _ := strings.Cut(header[strings.LastIndex(","+header, ",t="):], "t=")
		at, _, _ = strings.Cut(at, ",")
		sum := hmac.New(sha256.New, secret)
		fmt.Fprintf(sum, "%s.%s", at, body)
		if !strings.Contains(strings.ToLower(header), hex.EncodeToString(sum.Sum(nil))) {
			t.Errorf("%q was accepted for %q", header, body)
		}
	})
}
