package live

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/controller"
	"headroom/history"
)

// A dial is a target that holds a number, which serves at once.
type dial struct {
	units capacity.Units
	floor bool
	err   error
	asked []capacity.Action
}

func (d *dial) State(context.Context) (capacity.State, error) {
	return capacity.State{Units: d.units, Serving: d.units, Floor: d.floor}, nil
}

func (d *dial) Scale(ctx context.Context, a capacity.Action) error {
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > callWithin {
		return fmt.Errorf("the call may take until %v", deadline)
	}
	d.asked = append(d.asked, a)
	if d.err == nil {
		d.units = a.Units
	}
	return d.err
}

// meter is a server of metrics: the load at each time; below 0, nothing was measured.
type meter struct {
	load  func(at time.Time) float64
	calls int
}

func (m *meter) Fetch(_ context.Context, d capacity.Demand, from, to time.Time) (history.Table, error) {
	var points []history.Point
	for at := from.Truncate(d.Step).Add(d.Step); !at.Add(d.Step).After(to); at = at.Add(d.Step) {
		if load := m.load(at); load >= 0 {
			points = append(points, history.Point{At: at, Value: load})
		}
	}
	return history.Gathered("load", points, "")
}

func (m *meter) FetchTogether(ctx context.Context, asks []history.Ask) []history.Got {
	m.calls++
	all := make([]history.Got, len(asks))
	for i, ask := range asks {
		all[i].Table, all[i].Err = m.Fetch(ctx, ask.Demand, ask.From, ask.To)
	}
	return all
}

// A bench is a shard with all that is around it.
type bench struct {
	testing.TB
	*clock
	live   *Live
	shard  *shard
	meter  *meter
	dials  map[capacity.TargetName]*dial
	window time.Duration // of history
}

// services are names of one shard.
func services(n int) (names []string) {
	for i := 0; len(names) < n; i++ {
		if name := fmt.Sprintf("web-%d", i); controller.ShardOf(name) == 0 {
			names = append(names, name)
		}
	}
	return names
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, window: 2 * time.Hour, clock: &clock{origin}, meter: &meter{load: func(time.Time) float64 { return 20 }}, dials: map[capacity.TargetName]*dial{}}
	b.live = &Live{
		Records: records.Records{Store: local.Store{Dir: t.TempDir()}, Now: b.now},
		Sources: func(string) (history.Source, error) { return b.meter, nil },
		Targets: func(name capacity.TargetName, _ func() time.Time) (capacity.Target, error) { return b.dials[name], nil },
	}
	b.start()
	return b
}

// start is another process that leads the shard.
func (b *bench) start() {
	b.Helper()
	h := &holder{store: b.live.Records.Store, key: controller.LeaseKey(0), now: b.now}
	if err := h.take(b.Context(), "a process"); err != nil {
		b.Fatal(err)
	}
	b.shard = newShard(b.live, h, 0)
	b.Cleanup(b.shard.close)
}

// publish stores an envelope of a service with units of 10.
func (b *bench) publish(name string, mode controller.Mode, change func(*controller.Envelope)) {
	b.Helper()
	p := capacity.Policy{Service: name, Demand: capacity.Demand{Source: "prometheus://m/", Aggregate: capacity.Mean, Step: 5 * time.Minute, Window: b.window}}
	_, hash, err := p.Encode()
	if err != nil {
		b.Fatal(err)
	}
	if _, _, missing := b.live.Records.Store.Get(b.Context(), capacity.PolicyKey(name, hash)); missing != nil {
		if err := policies.Force(b.Context(), b.live.Records.Store, p, policies.Pointer{}, ""); err != nil {
			b.Fatal(err)
		}
	}
	target := capacity.TargetName("sim://" + name)
	if b.dials[target] == nil {
		b.dials[target] = &dial{units: 3}
	}
	key := controller.EnvelopeKey(name)
	data, version, _ := b.live.Records.Store.Get(b.Context(), key)
	old, _ := controller.DecodeEnvelope(data)
	e := controller.Envelope{
		Service: name, Target: target, Number: old.Number + 1, Policy: hash, Made: b.now(), Expires: b.now().Add(3 * time.Hour), Mode: mode,
		Least: controller.Bound{Units: 1, Why: "min"}, Most: controller.Bound{Units: 8, Why: "max"}, UnitRate: 10, LeadTime: time.Minute, Share: 0.01,
	}
	if change != nil {
		change(&e)
	}
	data, err = controller.EncodeEnvelope(e)
	if err == nil {
		err = b.live.Records.Store.Swap(b.Context(), key, data, version)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// put stores an object.
func (b *bench) put(key string) {
	b.Helper()
	if _, err := b.live.Records.Store.Put(b.Context(), key, []byte("a test")); err != nil {
		b.Fatal(err)
	}
}

// runs lets time pass while the process renews its lease.
func (b *bench) runs(d time.Duration) {
	b.Helper()
	for end := b.at.Add(d); b.at.Before(end); b.passes(look) {
		if err := b.shard.holder.renew(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.shard.look(b.Context())
		b.shard.learners.Wait()
	}
}

// units is what a target was asked for, one after the other.
func (b *bench) units(name string) (all []capacity.Units) {
	for _, a := range b.dials[capacity.TargetName("sim://"+name)].asked {
		all = append(all, a.Units)
	}
	return all
}

// TestShard_Follows: the target follows the load inside the envelope; in mode shadow all is
// decided and nothing is asked for; services of other shards are left alone; and one call
// reads the load of all.
func TestShard_Follows(t *testing.T) {
	b, names := newBench(t), services(4)
	b.meter.load = func(at time.Time) float64 {
		if at.Before(origin.Add(10 * time.Minute)) {
			return 20
		}
		return 200
	}
	b.publish(names[0], controller.Auto, nil)
	b.publish(names[1], controller.Shadow, nil)
	b.publish(names[2], controller.Auto, func(e *controller.Envelope) { e.Hold = "paused" })
	b.publish(names[3], controller.RaiseOnly, nil) // of what is no autoscaler
	other := "web"
	for controller.ShardOf(other) == 0 {
		other += "x"
	}
	b.publish(other, controller.Auto, nil)
	b.runs(9 * time.Minute)
	calls := b.meter.calls
	b.runs(6 * time.Minute)
	if got := b.meter.calls - calls; got > 6*4 {
		t.Errorf("the load of 4 services was read by %d calls in 6 minutes", got)
	}
	if got := b.units(names[0]); len(got) == 0 || got[len(got)-1] != 8 {
		t.Errorf("asked for %v, want at last the most of the envelope, 8", got)
	}
	for _, name := range append(names[1:], other) {
		if got := b.units(name); got != nil {
			t.Errorf("%s was asked for %v", name, got)
		}
	}
	if v := b.shard.services[names[1]]; v.status.Units != 8 || v.status.Found != 3 {
		t.Errorf("in shadow %+v was decided, want 8 units", v.status)
	}
	if _, led := b.shard.services[other]; led {
		t.Errorf("%s is of another shard", other)
	}
	b.runs(50 * time.Minute) // past the hour
	var hours int
	for r, err := range audit.Read(t.Context(), b.live.Records.Store, names[1]) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind == audit.Live && strings.Contains(r.Text, "shadow") && strings.Contains(string(r.Facts), `"Highest":8`) {
			hours++
		}
	}
	if hours != 1 {
		t.Errorf("got %d accounts of an hour, want 1", hours)
	}
}

// TestShard_Stops: nothing is asked for while changes are stopped or the controller is
// switched off in the bucket, without a lease that counts, without a policy's envelope,
// or after somebody else changed the target.
func TestShard_Stops(t *testing.T) {
	for name, hinder := range map[string]func(b *bench, service string){
		"stop of all":     func(b *bench, _ string) { b.put(capacity.StopAllKey) },
		"stop of it":      func(b *bench, s string) { b.put(capacity.StopKey(s)) },
		"off for all":     func(b *bench, _ string) { b.put(capacity.LiveOffAllKey) },
		"off for it":      func(b *bench, s string) { b.put(capacity.LiveOffKey(s)) },
		"a stranger":      func(b *bench, s string) { b.dials[capacity.TargetName("sim://"+s)].units = 7 },
		"envelope is off": func(b *bench, s string) { b.publish(s, controller.Off, nil) },
		"expired": func(b *bench, s string) {
			b.publish(s, controller.Auto, func(e *controller.Envelope) { e.Expires = e.Made.Add(time.Second) })
		},
		"the lease of another": func(b *bench, _ string) {
			h := &holder{store: b.live.Records.Store, key: controller.LeaseKey(0), now: b.now}
			if err := h.take(b.Context(), "another"); err != nil {
				b.Fatal(err)
			}
			_ = b.shard.holder.renew(b.Context()) // which it notices
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, service := newBench(t), services(1)[0]
			b.meter.load = func(time.Time) float64 { return 35 }
			b.publish(service, controller.Auto, nil)
			b.runs(5 * time.Minute)
			before := len(b.units(service))
			if before == 0 {
				t.Fatal("nothing was asked for at first")
			}
			hinder(b, service)
			b.meter.load = func(time.Time) float64 { return 500 }
			for range 20 {
				_ = b.shard.holder.renew(t.Context()) // it may be lost
				b.shard.look(t.Context())
				b.passes(look)
			}
			if got := b.units(service); len(got) > before {
				t.Errorf("asked for %v", got[before:])
			}
			if name == "a stranger" { // the conductor has the last word
				b.publish(service, controller.Auto, nil)
				b.runs(2 * time.Minute)
				if len(b.units(service)) == before {
					t.Error("nothing was asked for under the next envelope")
				}
			}
		})
	}
}

// TestShard_Stale: without measurements the number stays, and after ten minutes the plan
// decides.
func TestShard_Stale(t *testing.T) {
	b, service := newBench(t), services(1)[0]
	b.publish(service, controller.Auto, func(e *controller.Envelope) {
		e.Plan = controller.Plan{ID: "p", Until: b.now().Add(time.Hour), Slots: []controller.Slot{{At: b.now(), Units: 6}}}
	})
	ends := origin.Add(5 * time.Minute)
	b.meter.load = func(at time.Time) float64 {
		if at.Before(ends) {
			return 70
		}
		return -1
	}
	b.runs(5 * time.Minute)
	before := len(b.units(service))
	b.runs(9 * time.Minute)
	if got := b.units(service); before == 0 || len(got) != before {
		t.Errorf("asked for %v, the first %d of them by the load, want none without one", got, before)
	}
	b.runs(4 * time.Minute)
	if got := b.units(service); got[len(got)-1] != 6 || !strings.Contains(b.shard.services[service].status.Why, "the plan decides") {
		t.Errorf("asked for %v, want the plan's 6 at last", got)
	}
}

// TestShard_Handed: the next process goes on with what the one before has learnt, and asks
// for nothing before the calls of that one have ended.
func TestShard_Handed(t *testing.T) {
	b, service := newBench(t), services(1)[0]
	b.meter.load = func(at time.Time) float64 { return 30 + 20*math.Sin(float64(at.Unix())/1000) }
	b.publish(service, controller.Auto, nil)
	b.runs(20 * time.Minute)
	before, taken := len(b.units(service)), b.shard.services[service].control.Taken
	b.meter.load = func(time.Time) float64 { return 75 }
	b.start() // the one before was killed
	for range 2 {
		b.shard.look(t.Context())
		b.shard.learners.Wait()
		b.passes(time.Second)
	}
	if got := b.shard.services[service].control; got == nil || got.Taken < taken-6 {
		t.Fatalf("the next process has not restored what was learnt up to tick %d", taken)
	}
	if got := len(b.units(service)); got != before {
		t.Errorf("the next process asked at once")
	}
	b.runs(3 * time.Minute)
	if got := b.units(service); got[len(got)-1] != 8 {
		t.Errorf("asked for %v, want 8 at last", got[before:])
	}
}

// TestShard_WorkerStops: a worker that stops does not wait for a server of metrics that
// does not answer.
func TestShard_WorkerStops(t *testing.T) {
	b, service := newBench(t), services(1)[0]
	b.publish(service, controller.Auto, nil)
	b.runs(time.Minute)
	stopping, why := make(chan struct{}), make(chan error, 1)
	b.live.Sources = func(string) (history.Source, error) { return hangs{stopping, why}, nil }
	b.passes(time.Minute)
	if idle, err := b.shard.run(t.Context(), stopping); idle || !errors.Is(err, errStops) {
		t.Errorf("got %v, %v, want that the worker stops", idle, err)
	}
	if err := <-why; !errors.Is(err, errStops) {
		t.Errorf("the server was waited for until %v", err)
	}
}

// hangs is a server that answers only when it is not waited for any more; the worker stops
// once it is asked.
type hangs struct {
	stopping chan struct{}
	why      chan error // it is not waited for any more
}

func (h hangs) Fetch(ctx context.Context, _ capacity.Demand, _, _ time.Time) (history.Table, error) {
	close(h.stopping)
	<-ctx.Done()
	h.why <- context.Cause(ctx)
	return history.Table{}, ctx.Err()
}

// TestAway: an activity that nobody waits for any more ends; one of which Temporal does
// not take the heartbeats goes on.
func TestAway(t *testing.T) {
	for want, causes := range map[bool][]error{
		false: {nil, context.Canceled, activity.ErrActivityPaused, activity.ErrActivityReset, temporal.NewCanceledError(), serviceerror.NewNotFound("it has ended")},
		true:  {context.DeadlineExceeded, serviceerror.NewUnavailable("connection refused")},
	} {
		for _, cause := range causes {
			if got := away(cause); got != want {
				t.Errorf("%v: got %v, want %v", cause, got, want)
			}
		}
	}
}

// TestShardOf: a workflow of any other ID leads nothing.
func TestShardOf(t *testing.T) {
	for id, want := range map[string]int{"live/0": 0, "live/3": 3, "live/4": -1, "live/00": -1, "live/": -1, "live": -1, "live/-1": -1, "x/live/1": -1} {
		if got, err := shardOf(id); (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%s: got %d, %v", id, got, err)
		}
	}
}
