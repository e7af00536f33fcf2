package targetworker

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// keys are a pair of keys of the planning workers.
func keys(t *testing.T) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

// A line stands for Temporal between planning workers and one target worker.
type line struct {
	client.Client
	worker *Activities
	away   bool
	calls  int
}

func (l *line) ExecuteActivity(ctx context.Context, options client.StartActivityOptions, _ any, args ...any) (client.ActivityHandle, error) {
	l.calls++
	if l.away {
		return handle{err: temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START, nil)}, nil
	}
	data, err := json.Marshal(args[0])
	if err != nil {
		return nil, err
	}
	var in Signed
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	out, err := l.worker.serve(ctx, options.ID, in)
	if err != nil {
		if named, ok := errors.AsType[*temporal.ApplicationError](err); ok { // the cause does not travel
			return handle{err: temporal.NewApplicationError(named.Message(), named.Type())}, nil
		}
		return handle{err: temporal.NewApplicationError(err.Error(), "wrapError")}, nil
	}
	data, err = json.Marshal(out)
	return handle{data: data}, err
}

type handle struct {
	client.ActivityHandle
	data []byte
	err  error
}

func (h handle) Get(_ context.Context, v any) error {
	if h.err != nil {
		return h.err
	}
	return json.Unmarshal(h.data, v)
}

// A rig is a target worker called eu1 over a simulated fleet, and who calls it.
type rig struct {
	line   *line
	caller *Caller
	mu     sync.Mutex
	now    time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	public, private := keys(t)
	dir := t.TempDir()
	r := &rig{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	r.line = &line{worker: &Activities{
		Worker: "eu1", Key: public, Now: r.Now,
		Targets: func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
			return local.Fleet{Dir: dir, Now: now}.Target(name)
		},
		Units: func(n capacity.Units) error {
			if n > 500 {
				return fmt.Errorf("%d units are beyond HEADROOM_MAX_UNITS: %w", n, capacity.ErrRefused)
			}
			return nil
		},
	}}
	r.caller = &Caller{Temporal: r.line, Key: private, Now: r.Now}
	return r
}

func (r *rig) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) target(t *testing.T, name capacity.TargetName) capacity.Target {
	t.Helper()
	target, err := r.caller.Target(t.Context(), name, r.Now)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// TestTarget_Conformance: a target behind a target worker is as any other.
func TestTarget_Conformance(t *testing.T) {
	capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
		r := newRig(t)
		return r.target(t, "sim://eu1@web?leadTime=4m&units=2"), func() { r.pass(4 * time.Minute) }
	})
}

// TestTarget_Features: a target has the interfaces that it has beside the target worker,
// and no others; their errors keep what errors.Is says of them.
func TestTarget_Features(t *testing.T) {
	for name, want := range map[capacity.TargetName][2]bool{ // limited, timetabled
		"sim://eu1@web?units=2":                      {false, false},
		"sim://eu1@web?units=2&max=20":               {true, false},
		"sim://eu1@web?units=2&mode=schedule":        {false, true},
		"sim://eu1@web?units=2&max=20&mode=schedule": {true, true},
	} {
		r := newRig(t)
		_, own := name.Worker()
		beside, err := r.line.worker.Targets(own, r.Now)
		if err != nil {
			t.Fatal(err)
		}
		target := r.target(t, name)
		_, isLimited := target.(capacity.Limited)
		_, isTimetabled := target.(capacity.Timetabled)
		_, wantLimited := beside.(capacity.Limited)
		_, wantTimetabled := beside.(capacity.Timetabled)
		if isLimited != wantLimited || isTimetabled != wantTimetabled {
			t.Errorf("%s: limited %t, timetabled %t; beside the target worker %t, %t (%v)", name, isLimited, isTimetabled, wantLimited, wantTimetabled, want)
		}
		if l, ok := target.(capacity.Limited); ok {
			if err := l.Limit(t.Context(), capacity.Limiting{ID: "1", From: 99, Max: 30}); !errors.Is(err, capacity.ErrDrifted) {
				t.Errorf("%s: a limit that somebody else has moved: got %v", name, err)
			}
		}
		if p, ok := target.(capacity.Timetabled); ok {
			at := r.Now().Add(time.Hour)
			if pushed, err := p.Push(t.Context(), r.Now(), []capacity.Slot{{At: at, Units: 7}}); err != nil || pushed.Put != 1 {
				t.Errorf("%s: push: got %+v, %v", name, pushed, err)
			}
			if slots, err := p.Timetable(t.Context()); err != nil || len(slots) != 1 || slots[0].Units != 7 {
				t.Errorf("%s: timetable: got %+v, %v", name, slots, err)
			}
			if _, err := p.Push(t.Context(), r.Now(), []capacity.Slot{{At: at, Units: 501}}); !errors.Is(err, capacity.ErrRefused) {
				t.Errorf("%s: a timetable beyond the bounds: got %v", name, err)
			}
		}
	}
}

// TestScale_Bounds: the target worker's own bounds hold, whatever the planning workers
// allow.
func TestScale_Bounds(t *testing.T) {
	r := newRig(t)
	target := r.target(t, "sim://eu1@web?units=2")
	if err := target.Scale(t.Context(), capacity.Action{ID: "1", Target: "sim://eu1@web", Units: 501}); !errors.Is(err, capacity.ErrRefused) {
		t.Errorf("got %v, want it refused", err)
	}
}

// TestCaller_Away: a target worker that takes no calls is an error that says so and may
// pass; it is called again after a while, and until then keeps nobody waiting.
func TestCaller_Away(t *testing.T) {
	r := newRig(t)
	target := r.target(t, "sim://eu1@web?units=2")
	r.line.away, r.line.calls = true, 0
	for range 3 {
		_, err := target.State(t.Context())
		if !errors.Is(err, capacity.ErrAway) || !strings.Contains(err.Error(), "HEADROOM_TARGET_WORKER=eu1") || failure.Lasting(err) {
			t.Errorf("got %v", err)
		}
	}
	if r.line.calls != 1 {
		t.Errorf("it was called %d times, want once", r.line.calls)
	}
	r.line.away = false
	r.pass(again)
	if _, err := target.State(t.Context()); err != nil {
		t.Errorf("it is back: %v", err)
	}
}

// TestCaller_NoKey: without a key nothing is sent.
func TestCaller_NoKey(t *testing.T) {
	r := newRig(t)
	r.caller.Key = nil
	if _, err := r.caller.Target(t.Context(), "sim://eu1@web", r.Now); !errors.Is(err, capacity.ErrRefused) || r.line.calls > 0 {
		t.Errorf("got %v after %d calls, want it refused after none", err, r.line.calls)
	}
}

// TestSigned: a target worker carries out nothing but what the planning workers have
// signed for this activity, this worker and this time.
func TestSigned(t *testing.T) {
	public, private := keys(t)
	_, other := keys(t)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	c := call{ID: "eu1/Scale/1", Worker: "eu1", Target: "sim://web", Method: scale, Expires: now.Add(time.Minute), Action: &capacity.Action{Units: 3}}
	good, err := sign(c, private)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := good.open(public, "eu1", c.ID, now); err != nil || got.Action.Units != 3 {
		t.Fatalf("got %+v, %v", got, err)
	}
	forged, err := sign(c, other)
	if err != nil {
		t.Fatal(err)
	}
	changed := Signed{json.RawMessage(strings.Replace(string(good.Call), `"Units":3`, `"Units":9`, 1)), good.Signature}
	for name, err := range map[string]error{
		"another key":      second(forged.open(public, "eu1", c.ID, now)),
		"no signature":     second(Signed{Call: good.Call}.open(public, "eu1", c.ID, now)),
		"more units":       second(changed.open(public, "eu1", c.ID, now)),
		"another worker":   second(good.open(public, "us1", c.ID, now)),
		"another activity": second(good.open(public, "eu1", "eu1/Scale/2", now)),
		"too late":         second(good.open(public, "eu1", c.ID, now.Add(time.Minute))),
	} {
		if !errors.Is(err, capacity.ErrRefused) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
}

func second(_ call, err error) error { return err }
