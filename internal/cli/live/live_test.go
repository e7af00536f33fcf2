package live

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/controller"
)

// TestStatus: what the bucket holds of controllers is listed, with what somebody has
// switched off, and text of others cannot reach the terminal as a command.
func TestStatus(t *testing.T) {
	store, now := local.Store{Dir: t.TempDir()}, time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	var b strings.Builder
	show := func() string {
		t.Helper()
		b.Reset()
		s, err := read(t.Context(), store, now)
		if err == nil {
			err = printStanding(&b, s, now)
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := show(); got != "no conductor lets a controller decide: see control.live in the policies\n" {
		t.Errorf("of an empty bucket: %s", got)
	}
	put := func(key string, v any) {
		t.Helper()
		data, err := json.Marshal(v)
		if err == nil {
			err = replace(t.Context(), store, key, string(data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, service := range []string{"chat", "web"} {
		data, err := controller.EncodeEnvelope(controller.Envelope{
			Service: service, Made: now, Expires: now.Add(time.Hour), Mode: controller.Auto, Most: controller.Bound{Units: 9}, UnitRate: 1, Share: 0.01,
		})
		if err == nil {
			err = replace(t.Context(), store, controller.EnvelopeKey(service), string(data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(controller.StatusKey("chat"), controller.Status{Service: "chat", At: now.Add(-time.Minute), Units: 7, Found: 6, Source: controller.Forecaster, Why: "7 units will be needed\x1b[2J"})
	put(controller.LeaseKey(0), controller.Lease{Epoch: 1, Holder: "a", Renewed: now.Add(-5 * time.Second)})
	put(controller.LeaseKey(1), controller.Lease{Epoch: 1, Holder: "b", Renewed: now.Add(-time.Hour)})
	put(controller.LeaseKey(2), controller.Lease{Epoch: 1, Holder: "c", Renewed: now, Released: true})
	key, which := keyOf(nil)
	if key != capacity.LiveOffAllKey || which != "all services" {
		t.Errorf("all services are switched off by %q", key)
	}
	put(key, "ann: an incident")
	got := strings.Join(strings.Fields(show()), " ")
	for _, want := range []string{
		`OFF: live-off/all: "ann: an incident"`, `auto 0 to 9 7 6 forecaster 7 units will be needed\x1b[2J (1m0s ago)`, "auto 0 to 9 - - - nothing is stored yet",
		"shard 0: led by a, renewed 5s ago", "shard 1: ABSENT: b renewed its lease 1h0m0s ago", "shard 2: given up by c", "shard 3: never led",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %q in it", got, want)
		}
	}
}

// TestOneServiceOr: what is no name of a service becomes no part of a key.
func TestOneServiceOr(t *testing.T) {
	for _, args := range [][]string{{"../all"}, {""}, {"chat/x"}, {"Chat"}, {"a", "b"}, nil} {
		all := false
		if err := oneServiceOr(&all)(nil, args); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
	all := true
	if err := oneServiceOr(&all)(nil, []string{"chat"}); err == nil || oneServiceOr(&all)(nil, nil) != nil {
		t.Errorf("--all with a service: %v", err)
	}
}
