package events_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities/events"
	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor/event"
)

// absent is a conductor of services none of which has a run.
type absent struct{}

func (absent) SendOrder(context.Context, events.OrderInput) error { return capacity.ErrNotFound }

// A stop in the store denies what an event would change of a target, too: its upper
// limit, in both directions, and its units where the service has no run.
func TestStop_Event(t *testing.T) {
	const target, of = "sim://web?units=20&max=45", "event/web/e"
	for _, key := range []string{capacity.StopAllKey, capacity.StopKey("web")} {
		t.Run(key, func(t *testing.T) {
			fleet, store := local.Fleet{Dir: t.TempDir()}, local.Store{Dir: t.TempDir()}
			_, err := store.Put(t.Context(), key, []byte("fire in the region"))
			ok(t, err)
			a := &events.Events{
				Records: records.Records{Store: store, Now: time.Now}, Conductor: absent{},
				Targets: func(name capacity.TargetName, _ func() time.Time) (capacity.Target, error) { return fleet.Target(name) },
			}
			env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
			env.RegisterActivity(a)
			stopped := func(what string, err error) {
				t.Helper()
				if !failure.Is(err, capacity.ErrStopped) || !strings.Contains(err.Error(), "fire in the region") {
					t.Errorf("%s: got %v, want it stopped, with the reason", what, err)
				}
			}
			_, err = env.ExecuteActivity(a.RaiseLimit, events.RaiseLimitInput{Preparation: of, Service: "web", Event: "e", Raise: event.Raise{Target: target, From: 45, To: 50, Seen: 45}})
			stopped("raise the limit", err)
			_, err = env.ExecuteActivity(a.ReleaseEvent, events.ReleaseEventInput{Service: "web", Event: "e", Release: event.Release{
				Pools: []event.Need{{Pool: "p", Target: target, Units: 20}}, Most: []capacity.Units{20}, Before: []capacity.Units{10},
				Orders: []event.Order{{ID: of + "/p", Pool: "p", Units: 20}},
			}})
			stopped("release the units", err)
			value, err := env.ExecuteActivity(a.RestoreLimits, events.RestoreLimitsInput{Preparation: of, Service: "web", Event: "e", Restore: event.RestoreLimits{
				Limits: []event.Raise{{Target: target, From: 40, To: 45, Seen: 40, Answered: true}}, Rounds: 1, Every: time.Minute,
			}})
			ok(t, err)
			var restored []event.Restoration
			ok(t, value.Get(&restored))
			if len(restored) != 1 || restored[0].Outcome != "" || !restored[0].Stopped || !strings.Contains(restored[0].Note, "fire in the region") {
				t.Errorf("restore the limit: got %+v, want it not restored, with the reason", restored)
			}
			found, err := fleet.Target(target)
			ok(t, err)
			limits, err := found.(capacity.Limited).Limits(t.Context())
			ok(t, err)
			state, err := found.State(t.Context())
			ok(t, err)
			if limits.Max != 45 || state.Units != 20 {
				t.Errorf("the limit is %d and %d units are requested, want 45 and 20", limits.Max, state.Units)
			}
		})
	}
}

// A limit that cannot be restored since the units of the event still run is waited for
// while the service is paused.
func TestRestore_Paused(t *testing.T) {
	const target = "sim://web?units=45&max=45"
	for orders, want := range map[string]bool{
		"":                                 false,
		`{"Seq": 1, "Pause": {"By": "a"}}`: true,
		`{"Seq": 1, "Pause": {"By": "a", "Until": "2026-03-01T00:00:00Z"}}`: false,
		`{"Seq": 2}`: false,
	} {
		t.Run(orders, func(t *testing.T) {
			fleet, store := local.Fleet{Dir: t.TempDir()}, local.Store{Dir: t.TempDir()}
			if orders != "" {
				_, err := store.Put(t.Context(), capacity.OrdersKey("web"), []byte(orders))
				ok(t, err)
			}
			now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
			a := &events.Events{
				Records: records.Records{Store: store, Now: func() time.Time { return now }}, Conductor: absent{},
				Targets: func(name capacity.TargetName, _ func() time.Time) (capacity.Target, error) { return fleet.Target(name) },
			}
			env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
			env.RegisterActivity(a)
			value, err := env.ExecuteActivity(a.RestoreLimits, events.RestoreLimitsInput{Preparation: "event/web/e", Service: "web", Event: "e", Restore: event.RestoreLimits{
				Limits: []event.Raise{{Target: target, From: 40, To: 45, Seen: 40, Answered: true}}, Rounds: 1, Every: time.Minute,
			}})
			ok(t, err)
			var restored []event.Restoration
			ok(t, value.Get(&restored))
			if len(restored) != 1 || restored[0].Outcome != "" || restored[0].Stopped != want {
				t.Errorf("got %+v, want it not restored, and stopped: %v", restored, want)
			}
		})
	}
}
