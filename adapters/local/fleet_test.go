package local_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// handClock is a clock that a test moves by hand.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func fleetTarget(t *testing.T, name capacity.TargetName) (*local.Target, *handClock) {
	t.Helper()
	clock := &handClock{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	target, err := local.Fleet{Dir: t.TempDir(), Now: clock.Now}.Target(name)
	if err != nil {
		t.Fatal(err)
	}
	return target.(*local.Target), clock
}

func TestTarget_Conformance(t *testing.T) {
	capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
		target, clock := fleetTarget(t, "sim://web?leadTime=4m&units=2")
		return target, func() { clock.pass(4 * time.Minute) }
	})
}

func TestTarget_Stopped(t *testing.T) {
	capacitytest.Stopped(t, func(t *testing.T) capacitytest.Stoppable {
		clock := &handClock{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
		dir := t.TempDir()
		target, err := local.Fleet{Dir: dir, Now: clock.Now}.Target("sim://web?units=2&max=20&mode=schedule")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "web.stop")
		return capacitytest.Stoppable{Target: target, Now: clock.Now(), Stop: func(reason string) {
			if err := os.WriteFile(file, []byte(reason+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, Resume: func() {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

func TestTarget_LeadTime(t *testing.T) {
	target, clock := fleetTarget(t, "sim://web?leadTime=4m&units=2")
	scale(t, target, "a", 5)
	clock.pass(4*time.Minute - time.Second)
	if got := serving(t, target); got != 2 {
		t.Errorf("a second before the lead time %d units serve, want 2", got)
	}
	clock.pass(time.Second)
	if got := serving(t, target); got != 5 {
		t.Errorf("after the lead time %d units serve, want 5", got)
	}
}

func TestTarget_Limit(t *testing.T) {
	target, _ := fleetTarget(t, "sim://web?limit=3")
	scale(t, target, "a", 5)
	want := capacity.State{Units: 5, Serving: 3}
	if got, _ := target.State(t.Context()); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTarget_InjectedFailures(t *testing.T) {
	t.Run("Busy", func(t *testing.T) {
		target, _ := fleetTarget(t, "sim://web?busy=2")
		scale(t, target, "a", 2)
		err := target.Scale(t.Context(), capacity.Action{ID: "b", Units: 3})
		if !errors.Is(err, capacity.ErrTargetBusy) {
			t.Fatalf("second call: got %v, want %v", err, capacity.ErrTargetBusy)
		}
		scale(t, target, "b", 3)
		if got := serving(t, target); got != 3 {
			t.Errorf("%d units serve, want 3", got)
		}
	})
	t.Run("Lost", func(t *testing.T) {
		target, _ := fleetTarget(t, "sim://web?lost=1")
		if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 3}); err == nil {
			t.Fatal("no error although the answer was lost")
		}
		if got := serving(t, target); got != 3 {
			t.Errorf("%d units serve, want 3: only the answer is lost", got)
		}
	})
	t.Run("Drop", func(t *testing.T) {
		target, _ := fleetTarget(t, "sim://web?drop=1&units=6")
		scale(t, target, "a", 4)
		if got := serving(t, target); got != 3 {
			t.Errorf("%d units serve, want 3: one too many is gone", got)
		}
	})
}

func TestTarget_LogSurvives(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		// A new Fleet each time is what a restarted process sees.
		target, err := local.Fleet{Dir: dir}.Target("sim://web")
		if err != nil {
			t.Fatal(err)
		}
		scale(t, target, "raise", 4)
		if i > 0 {
			scale(t, target, "cut", 2)
		}
	}
	target, _ := local.Fleet{Dir: dir}.Target("sim://web")
	log, err := target.(*local.Target).Log()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range log {
		got = append(got, fmt.Sprintf("%s %d->%d", c.Action, c.From, c.To))
	}
	if diff := cmp.Diff([]string{"raise 1->4", "cut 4->2"}, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestFleet_BadNames(t *testing.T) {
	for _, name := range []capacity.TargetName{
		"", "web", "aws-asg://web", "sim://", "sim://../etc", "sim://web?limt=3", "sim://web?limit=x", "sim://web?limit=-1", "sim://web?leadTime=4",
	} {
		t.Run(string(name), func(t *testing.T) {
			if _, err := (local.Fleet{Dir: t.TempDir()}).Target(name); !errors.Is(err, capacity.ErrNoSuchTarget) {
				t.Errorf("got %v, want %v", err, capacity.ErrNoSuchTarget)
			}
		})
	}
}

func TestTarget_ManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			target, err := local.Fleet{Dir: dir}.Target("sim://web")
			if err != nil {
				t.Error(err)
				return
			}
			if err := target.Scale(t.Context(), capacity.Action{ID: fmt.Sprint(i), Units: capacity.Units(i + 2)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	target, _ := local.Fleet{Dir: dir}.Target("sim://web")
	log, err := target.(*local.Target).Log()
	if err != nil {
		t.Fatal(err)
	}
	if len(log) != 20 {
		t.Fatalf("%d changes logged, want 20", len(log))
	}
	for i := 1; i < len(log); i++ {
		if log[i].From != log[i-1].To {
			t.Errorf("change %d starts from %d, but the one before ended at %d", i, log[i].From, log[i-1].To)
		}
	}
}

func scale(t *testing.T, target capacity.Target, id string, n capacity.Units) {
	t.Helper()
	if err := target.Scale(t.Context(), capacity.Action{ID: id, Units: n}); err != nil {
		t.Fatalf("scale to %d: %v", n, err)
	}
}

func serving(t *testing.T, target capacity.Target) capacity.Units {
	t.Helper()
	s, err := target.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Serving
}
