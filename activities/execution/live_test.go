package execution_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/controller"
)

// starts counts the workflows that are started.
type starts struct {
	execution.Conductor
	shards []int
}

func (s *starts) StartLive(_ context.Context, shard int) error {
	s.shards = append(s.shards, shard)
	return nil
}

// TestPublish: an envelope is stored only as far as the policy in force lets the
// controller go, and never over a newer one; storing it starts the controller.
func TestPublish(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	store := local.Store{Dir: t.TempDir()}
	p := capacity.Policy{
		Service: "web", Demand: capacity.Demand{Source: "prometheus://m/", Step: time.Minute}, Objective: capacity.Objective{ServiceLevel: 0.99},
		Pools: []capacity.Pool{{Name: "a", Target: "sim://web", Max: 9}}, Control: capacity.Control{Mode: capacity.Auto, Live: capacity.LiveShadow},
	}
	if err := policies.Force(t.Context(), store, p, policies.Pointer{}, ""); err != nil {
		t.Fatal(err)
	}
	started := &starts{}
	a := &execution.Execution{Records: records.Records{Store: store, Now: func() time.Time { return now }}, Conductor: started}
	e := controller.Envelope{
		Service: "web", Target: "sim://web", Made: now, Expires: now.Add(time.Hour), Mode: controller.Shadow,
		Most: controller.Bound{Units: 9}, UnitRate: 1, Share: 0.01,
	}
	other, acting, older, off := e, e, e, e
	other.Target, acting.Mode, older.Made, off.Mode = "sim://other", controller.Auto, now.Add(-time.Minute), controller.Off
	for _, test := range []struct {
		name string
		e    controller.Envelope
		is   error
		want int64 // the number that is stored then
	}{
		{"acts although the policy says shadow", acting, capacity.ErrRefused, 0},
		{"another's target", other, capacity.ErrRefused, 0},
		{"the first", e, nil, 1},
		{"an older one", older, failure.ErrOutdated, 1},
		{"the next", e, nil, 2},
		{"off", off, nil, 3},
	} {
		err := a.Publish(t.Context(), execution.PublishInput{Envelope: test.e})
		if (err != nil) != (test.is != nil) || err != nil && !failure.Is(err, test.is) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.is)
		}
		var stored controller.Envelope
		data, _, err := store.Get(t.Context(), controller.EnvelopeKey("web"))
		if err == nil {
			stored, err = controller.DecodeEnvelope(data)
		}
		if stored.Number != test.want || test.want > 0 && (err != nil || stored.Mode == controller.Shadow && stored.Policy == "") {
			t.Errorf("%s: got envelope %d by policy %q (%v), want %d", test.name, stored.Number, stored.Policy, err, test.want)
		}
	}
	if len(started.shards) != 2 || started.shards[0] != controller.ShardOf("web") {
		t.Errorf("started %v, want the shard of the service, at each envelope that is not off", started.shards)
	}
}

// TestAct_Led: while the controller renews its lease, the conductor writes nothing; it
// does once the lease is old or released, or the controller is switched off.
func TestAct_Led(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		lease *controller.Lease
		quiet time.Duration // since the controller decided for the service
		off   string
		led   bool
	}{
		"no lease":        {},
		"fresh":           {lease: &controller.Lease{Epoch: 1, Renewed: now.Add(-time.Minute)}, led: true},
		"old":             {lease: &controller.Lease{Epoch: 1, Renewed: now.Add(-controller.Absent)}},
		"it learns":       {lease: &controller.Lease{Epoch: 1, Renewed: now}, quiet: controller.Silent},
		"just released":   {lease: &controller.Lease{Epoch: 1, Renewed: now, Released: true}, led: true},
		"released":        {lease: &controller.Lease{Epoch: 1, Renewed: now.Add(-controller.Absent), Released: true}},
		"off for all":     {lease: &controller.Lease{Epoch: 1, Renewed: now}, off: capacity.LiveOffAllKey},
		"off for it":      {lease: &controller.Lease{Epoch: 1, Renewed: now}, off: capacity.LiveOffKey("web")},
		"off for another": {lease: &controller.Lease{Epoch: 1, Renewed: now}, off: capacity.LiveOffKey("other"), led: true},
	} {
		t.Run(name, func(t *testing.T) {
			store, d := local.Store{Dir: t.TempDir()}, &dial{units: 2}
			put := func(key string, v any) {
				data, err := json.Marshal(v)
				if err == nil {
					_, err = store.Put(t.Context(), key, data)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if test.lease != nil {
				put(controller.LeaseKey(controller.ShardOf("web")), test.lease)
			}
			put(controller.StatusKey("web"), controller.Status{Service: "web", At: now.Add(-test.quiet)})
			if test.off != "" {
				if _, err := store.Put(t.Context(), test.off, []byte("an incident")); err != nil {
					t.Fatal(err)
				}
			}
			a := &execution.Execution{
				Records: records.Records{Store: store, Now: func() time.Time { return now }},
				Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) { return d, nil },
			}
			lease, err := a.ReadLease(t.Context(), execution.OrdersInput{Service: "web"})
			if err != nil || lease.Decides != test.led || !lease.Decides && lease.Why == "" {
				t.Errorf("got %+v, %v, want that the controller decides: %v", lease, err, test.led)
			}
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestActivityEnvironment()
			env.RegisterActivity(a)
			_, err = env.ExecuteActivity(a.Act, execution.ActInput{Service: "web", Action: capacity.Action{Units: 6}, Live: true, Orders: execution.AnyOrders})
			if failure.Is(err, failure.ErrLed) != test.led || (d.units == 6) == test.led {
				t.Errorf("got %v and %d units, want that nothing is written: %v", err, d.units, test.led)
			}
		})
	}
}
