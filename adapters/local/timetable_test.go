package local_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func timetabled(t *testing.T, name capacity.TargetName) (*local.Timetabled, *handClock) {
	t.Helper()
	clock := &handClock{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	target, err := local.Fleet{Dir: t.TempDir(), Now: clock.Now}.Target(name)
	if err != nil {
		t.Fatal(err)
	}
	return target.(*local.Timetabled), clock
}

func TestTimetabled_Conformance(t *testing.T) {
	capacitytest.Timetabled(t, func(t *testing.T) (capacity.Timetabled, time.Time, capacitytest.Neighbour) {
		target, clock := timetabled(t, "sim://web?max=20&mode=schedule&slots=12")
		put := func(at time.Time) {
			if err := target.Disturb(at, 7); err != nil {
				t.Fatal(err)
			}
		}
		left := func() int {
			n, err := target.Disturbed()
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		return target, clock.Now(), capacitytest.Neighbour{Put: put, Left: left}
	})
}

// Nobody has to be there when an entry is due.
func TestTimetabled_Runs(t *testing.T) {
	target, clock := timetabled(t, "sim://web?leadTime=4m&units=2&mode=schedule")
	now := clock.Now()
	slots := []capacity.Slot{{At: now.Add(10 * time.Minute), Units: 5}, {At: now.Add(20 * time.Minute), Units: 3}}
	if _, err := target.Push(t.Context(), now, slots); err != nil {
		t.Fatal(err)
	}
	for _, want := range []capacity.State{{Units: 2, Serving: 2}, {Units: 5, Serving: 2}, {Units: 5, Serving: 5}, {Units: 3, Serving: 3}} {
		got, err := target.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", clock.Now(), diff)
		}
		clock.pass(map[capacity.Units]time.Duration{2: 10 * time.Minute, 5: 5 * time.Minute}[got.Units])
	}
	if left, err := target.Timetable(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("got %v (%v), want no entry left", left, err)
	}
}

func TestLimit(t *testing.T) {
	for name, c := range map[string]struct {
		limiting capacity.Limiting
		max      capacity.Units
		want     error
	}{
		"raise":           {capacity.Limiting{From: 20, Max: 40}, 40, nil},
		"lower":           {capacity.Limiting{From: 20, Max: 6}, 6, nil},
		"already so":      {capacity.Limiting{From: 10, Max: 20}, 20, nil},
		"drifted":         {capacity.Limiting{From: 10, Max: 40}, 20, capacity.ErrDrifted},
		"below what runs": {capacity.Limiting{From: 20, Max: 1}, 20, capacity.ErrOutOfBounds},
		"over the quota":  {capacity.Limiting{From: 20, Max: 51}, 20, capacity.ErrQuota},
	} {
		t.Run(name, func(t *testing.T) {
			target, _ := fleetTarget(t, "sim://web?units=2&max=20&quota=50")
			for range 2 { // a repeat changes nothing more
				if err := target.Limit(t.Context(), c.limiting); !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			}
			if got, err := target.Limits(t.Context()); err != nil || got.Max != c.max || got.Quota != 50 {
				t.Errorf("got %+v, %v, want a maximum of %d", got, err, c.max)
			}
		})
	}
	target, _ := fleetTarget(t, "sim://web?units=2&max=20")
	if err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 21}); !errors.Is(err, capacity.ErrOutOfBounds) {
		t.Errorf("beyond the limit: got %v, want %v", err, capacity.ErrOutOfBounds)
	}
}
