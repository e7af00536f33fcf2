package execution_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"headroom/activities"
	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/oversight"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
)

// owners hands plans over for services, whose conductors run as running has it.
type owners struct {
	activities.Conductor
	acts    *activities.Activities
	store   capacity.Store
	now     time.Time
	running map[string]bool
	offered int
}

func newOwners(t *testing.T) *owners {
	o := &owners{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), running: map[string]bool{}, store: local.Store{Dir: t.TempDir()}}
	o.acts = activities.New(activities.Ports{Store: o.store, Now: func() time.Time { return o.now }, Conductor: o})
	return o
}

func (o *owners) Offer(context.Context, execution.TakeInput) error { o.offered++; return nil }

func (o *owners) Running(_ context.Context, service string) (bool, error) {
	return o.running[service], nil
}

func (o *owners) Decommission(context.Context, execution.DismissInput) (execution.Dismissed, error) {
	return execution.Dismissed{Ran: true}, nil
}

// hand hands a plan over and has the conductor run from then on.
func (o *owners) hand(t *testing.T, service string, targets ...capacity.TargetName) error {
	t.Helper()
	in := execution.HandOverInput{TakeInput: execution.TakeInput{Service: service}, Policy: capacity.Policy{Service: service}}
	for _, target := range targets {
		in.Policy.Pools = append(in.Policy.Pools, capacity.Pool{Target: target})
	}
	err := o.acts.HandOver(t.Context(), in)
	o.running[service] = o.running[service] || err == nil
	return err
}

func (o *owners) later() { o.now = o.now.Add(time.Hour) }

// One target belongs to one service until that lets it go.
func TestHandOver_TargetsApart(t *testing.T) {
	const web, same, other = "sim://web", "sim://web?leadTime=4m", "sim://other"
	tests := map[string]struct {
		before  func(t *testing.T, o *owners)
		refused bool
	}{
		"nobody's":            {func(*testing.T, *owners) {}, false},
		"another's":           {func(t *testing.T, o *owners) { ok(t, o.hand(t, "a", other, same)); o.later() }, true},
		"another's, just now": {func(t *testing.T, o *owners) { ok(t, o.hand(t, "a", same)); o.running["a"] = false }, true},
		"its conductor ended": {func(t *testing.T, o *owners) { ok(t, o.hand(t, "a", same)); o.later(); o.running["a"] = false }, false},
		"it left the policy": {func(t *testing.T, o *owners) {
			ok(t, o.hand(t, "a", other, same))
			ok(t, o.hand(t, "a", other))
		}, false},
		"safe sizes not requested yet": {func(t *testing.T, o *owners) {
			ok(t, o.hand(t, "a", same))
			_, err := o.acts.StandDown(t.Context(), execution.DismissInput{Service: "a"})
			ok(t, err)
			o.later()
		}, true},
		"retired": {func(t *testing.T, o *owners) {
			ok(t, o.hand(t, "a", same))
			ok(t, o.acts.Witness(t.Context(), oversight.WitnessInput{Record: audit.Record{Service: "a", ID: "retired/1", Kind: audit.Retired}}))
		}, false},
		"its own": {func(t *testing.T, o *owners) { ok(t, o.hand(t, "b", same)); o.later() }, false},
		"the claim is damaged": {func(t *testing.T, o *owners) {
			ok(t, o.hand(t, "a", same))
			_, version, err := o.store.Get(t.Context(), capacity.TargetKey(web))
			ok(t, err)
			ok(t, o.store.Swap(t.Context(), capacity.TargetKey(web), []byte("{"), version))
		}, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOwners(t)
			tc.before(t, o)
			offered := o.offered
			err := o.hand(t, "b", "sim://free", web)
			if tc.refused != (err != nil) || tc.refused == (o.offered > offered) {
				t.Fatalf("got %v and %d offers more, want it refused: %v", err, o.offered-offered, tc.refused)
			}
			if !tc.refused {
				return
			}
			if name := failure.RemedyFor(err); name != failure.GiveUp || !strings.Contains(err.Error(), `sim://web belongs to "a"`) {
				t.Errorf("got %v (%s), want that it is refused, and who has the target", err, name)
			}
			// What it claimed before the one that it may not have is given up.
			if err := o.hand(t, "c", "sim://free"); err != nil {
				t.Errorf("a target that was given up: %v", err)
			}
			o.later()
			var c execution.Claim
			data, _, err := o.store.Get(t.Context(), capacity.TargetKey(web))
			if err := errors.Join(err, json.Unmarshal(data, &c)); err != nil || c.Service != "a" {
				t.Errorf("the claim is %+v, %v, want that of a", c, err)
			}
		})
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
