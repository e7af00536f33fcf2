package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"headroom/activities/events"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/workflows"
)

// A rehearsal is PrepareEvent in a test: a launch from 12:00 to 14:00 of the day
// after the origin, over a simulated target of at most 20 units whose conductor is
// the test itself.
type rehearsal struct {
	*world
	env    *testsuite.TestWorkflowEnvironment
	state  workflows.EventState
	mu     sync.Mutex
	orders []string // that the conductor was given
}

func newRehearsal(t *testing.T, target capacity.TargetName) *rehearsal {
	t.Helper()
	r := &rehearsal{world: newWorld(t, capacity.Auto)}
	r.env = r.world.env()
	r.policy.Pools[0].Target, r.policy.Pools[0].Max = target, 80
	launch := capacity.Event{Name: "launch", From: origin.Add(12 * time.Hour), To: origin.Add(14 * time.Hour), Ramp: 30 * time.Minute, Uplift: capacity.Uplift{Factor: 3}}
	r.policy.Events = []capacity.Event{launch}
	r.state = workflows.EventState{By: "ann", State: event.State{Service: "web", Event: launch}}
	r.acts.Now = r.env.Now
	told := map[string]bool{}
	r.ports.order = func(_ context.Context, in events.OrderInput) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		o := in.Override
		switch {
		case in.Clear:
			r.orders = append(r.orders, "clear "+o.ID)
			return r.scale(t, "down", 2)
		case !told[o.ID]:
			told[o.ID] = true
			r.orders = append(r.orders, fmt.Sprintf("%s at least %d at %s", o.Pool, o.Units, r.env.Now().UTC().Format("15:04")))
			return r.scale(t, o.ID, o.Units)
		}
		return nil
	}
	return r
}

// fleet is the simulated target in the test's time.
func (r *rehearsal) fleet(t *testing.T) *local.Target {
	t.Helper()
	target, err := local.Fleet{Dir: filepath.Join(r.dir, "fleet"), Now: r.env.Now}.Target(r.policy.Pools[0].Target)
	if err != nil {
		t.Fatal(err)
	}
	return target.(*local.Target)
}

func (r *rehearsal) scale(t *testing.T, id string, units capacity.Units) error {
	t.Helper()
	return r.fleet(t).Scale(t.Context(), capacity.Action{ID: id, Units: units})
}

// at does something at a time of the event's day.
func (r *rehearsal) at(after time.Duration, do func()) { r.env.RegisterDelayedCallback(do, after) }

// run runs the preparation to its end.
func (r *rehearsal) run(t *testing.T) (workflows.EventState, error) {
	t.Helper()
	r.forced(t, r.policy)
	r.env.ExecuteWorkflow(workflows.PrepareEvent, r.state)
	var end workflows.EventState
	if err := r.env.GetWorkflowError(); err != nil {
		return end, err
	}
	return end, r.env.GetWorkflowResult(&end)
}

// bounds is every move of the target's bound, "20 → 39".
func (r *rehearsal) bounds(t *testing.T) []string {
	t.Helper()
	moves, err := r.fleet(t).Bounds()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range moves {
		all = append(all, fmt.Sprintf("%d → %d", m.From, m.To))
	}
	return all
}

// peak is what the event needs: three times 1,300 per second at noon, on units of
// 100, with what the quantile adds.
func (r *rehearsal) peak(t *testing.T, end workflows.EventState) capacity.Units {
	t.Helper()
	if len(end.Pools) != 1 || end.Pools[0].Units < 39 || end.Pools[0].Units > 50 {
		t.Fatalf("got pools %+v, want 39 to 50 units", end.Pools)
	}
	return end.Pools[0].Units
}

func TestPrepareEvent(t *testing.T) {
	r := newRehearsal(t, "sim://web?leadTime=5m&units=2&max=20")
	r.at(13*time.Hour, func() {
		if state, err := r.fleet(t).State(t.Context()); err != nil || state.Serving < 39 {
			t.Errorf("in the middle of the event: got %+v (%v), want what it needs", state, err)
		}
	})
	r.at(14*time.Hour+time.Minute, func() {
		if err := r.scale(t, "after", 5); err != nil { // the conductor goes back to its plan
			t.Error(err)
		}
	})
	end, err := r.run(t)
	if err != nil {
		t.Fatal(err)
	}
	need := r.peak(t, end)
	// Load climbs from 11:30, units take 5 minutes, and may take twice as long.
	want := []string{fmt.Sprintf("a at least %d at 11:19", need), "clear event/web/launch/a"}
	if diff := cmp.Diff(want, r.orders); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{fmt.Sprintf("20 → %d", need), fmt.Sprintf("%d → 20", need)}, r.bounds(t)); diff != "" {
		t.Errorf("bounds (-want +got):\n%s", diff)
	}
	if end.Ready.After(end.Event.From.Add(-end.Event.Ramp)) || end.Ready.IsZero() {
		t.Errorf("ready at %s, want before load climbs", end.Ready)
	}
}

// Where the policy's max is below what the event's load asks for, a note says so,
// and by how much.
func TestPrepareEvent_Max(t *testing.T) {
	for limit, noted := range map[capacity.Units]bool{30: true, 80: false} {
		r := newRehearsal(t, "sim://web?leadTime=5m&units=2&max=100")
		r.policy.Pools[0].Max = limit
		end, err := r.run(t)
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(end.Notes, "\n")
		if want := "and the policy's max of 30 holds it there: raise max, or say --units"; strings.Contains(notes, want) != noted || end.Pools[0].Units > limit {
			t.Errorf("max %d: got %+v and notes %q, want a note that max binds: %t", limit, end.Pools, notes, noted)
		}
	}
}

// However it is broken off, no bound stays raised, and what was ordered is
// cleared.
func TestPrepareEvent_CalledOff(t *testing.T) {
	for name, c := range map[string]struct {
		after  time.Duration
		orders int // that were given, with the one that clears
		raised bool
	}{
		"while it waits":       {time.Hour, 0, false},
		"while units are made": {11*time.Hour + 21*time.Minute, 2, true},
		"while it is held":     {13 * time.Hour, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRehearsal(t, "sim://web?leadTime=5m&units=2&max=20")
			r.at(c.after, r.env.CancelWorkflow)
			if _, err := r.run(t); !temporal.IsCanceledError(err) {
				t.Errorf("got %v, want it cancelled", err)
			}
			if len(r.orders) != c.orders || c.orders > 0 && !strings.HasPrefix(r.orders[1], "clear event/web/launch/a") {
				t.Errorf("got orders %q, want %d", r.orders, c.orders)
			}
			bounds := r.bounds(t)
			if (len(bounds) == 2) != c.raised || len(bounds)%2 != 0 || c.raised && !strings.HasSuffix(bounds[1], "→ 20") {
				t.Errorf("got bounds %q, want them as they were before", bounds)
			}
		})
	}
}

// What goes wrong is told, and what was raised is restored.
func TestPrepareEvent_Trouble(t *testing.T) {
	for name, c := range map[string]struct {
		target capacity.TargetName
		change func(t *testing.T, r *rehearsal)
		bounds []string
		fails  string
		notes  string
	}{
		"over the quota": {
			"sim://web?leadTime=5m&units=2&max=20&quota=30", nil,
			[]string{"20 → 30", "30 → 20"},
			"", "the quota is 30: have it raised",
		},
		"somebody else moves the bound": {
			"sim://web?leadTime=5m&units=2&max=20", func(t *testing.T, r *rehearsal) {
				r.at(13*time.Hour, func() {
					limits, err := r.fleet(t).Limits(t.Context())
					if err == nil {
						err = r.fleet(t).Limit(t.Context(), capacity.Limiting{From: limits.Max, Max: 70})
					}
					if err != nil {
						t.Error(err)
					}
				})
			},
			[]string{"20 → N", "N → 70"},
			"", "somebody else changed it, so it was left alone; before it was 20",
		},
		"no conductor is at work": {
			"sim://web?leadTime=5m&units=2&max=20", func(_ *testing.T, r *rehearsal) {
				r.ports.order = func(context.Context, events.OrderInput) error {
					return fmt.Errorf("no plan is being carried out: %w", capacity.ErrNotFound)
				}
			},
			[]string{"20 → N", "N → 20"},
			"", "never served all at once",
		},
		"the conductor goes in the middle": {
			"sim://web?leadTime=5m&units=2&max=20", func(_ *testing.T, r *rehearsal) {
				listens := r.ports.order
				r.ports.order = func(ctx context.Context, in events.OrderInput) error {
					if r.env.Now().After(origin.Add(13 * time.Hour)) {
						return fmt.Errorf("no plan is being carried out: %w", capacity.ErrNotFound)
					}
					return listens(ctx, in)
				}
			},
			[]string{"20 → N", "N → 20"},
			"", "was asked for 2 units, as before the event",
		},
		"the conductor cannot be reached": {
			"sim://web?leadTime=5m&units=2&max=20", func(_ *testing.T, r *rehearsal) {
				r.ports.order = func(context.Context, events.OrderInput) error { return errors.New("the server is away") }
			},
			[]string{"20 → N", "N → 20"},
			"", "the conductor did not take the order for 39 units of a: the server is away",
		},
		"no such target": {
			"sim://web?leadTime=wrong", nil, nil, "leadTime=wrong", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRehearsal(t, c.target)
			if c.change != nil {
				c.change(t, r)
			}
			r.at(14*time.Hour+time.Minute, func() {
				if c.fails == "" {
					_ = r.scale(t, "after", 5)
				}
			})
			end, err := r.run(t)
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Fatalf("got %v, want %q", err, c.fails)
			}
			if c.target != "sim://web?leadTime=wrong" {
				bounds := strings.Join(r.bounds(t), " ")
				if err == nil {
					bounds = strings.ReplaceAll(bounds, fmt.Sprint(r.peak(t, end)), "N")
				} else if len(r.bounds(t)) == 2 {
					_, need, _ := strings.Cut(r.bounds(t)[0], " → ")
					bounds = strings.ReplaceAll(bounds, need, "N")
				}
				if want := strings.Join(c.bounds, " "); bounds != want {
					t.Errorf("got bounds %q, want %q", bounds, want)
				}
			}
			if !slices.ContainsFunc(append(end.Notes, end.Findings...), func(n string) bool { return strings.Contains(n, c.notes) }) && c.notes != "" {
				t.Errorf("got notes %q and findings %q, want %q", end.Notes, end.Findings, c.notes)
			}
		})
	}
}
