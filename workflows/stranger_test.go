package workflows_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/activities/execution"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

// stranger has somebody else ask the target for units so long after the origin.
func (c *conductor) stranger(t *testing.T, after time.Duration, units capacity.Units) {
	t.Helper()
	target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet"), Now: c.now}.Target(c.policy.Pools[0].Target)
	if err != nil {
		t.Fatal(err)
	}
	c.env.RegisterDelayedCallback(func() {
		if err := target.Scale(context.Background(), capacity.Action{ID: fmt.Sprintf("stranger/%v", after), Units: units}); err != nil {
			panic(err)
		}
	}, after/speed)
}

// TestExecute_Drift: a number that somebody else wrote is left alone until a
// newer plan, which has read it, or a person who has looked.
func TestExecute_Drift(t *testing.T) {
	ramp := []change{{time.Hour, 2, 6}, {2 * time.Hour, 6, 4}, {3 * time.Hour, 4, 3}}
	tests := map[string]struct {
		target   capacity.TargetName
		act      func(t *testing.T, c *conductor)
		asked    []capacity.Units
		outcomes []string
	}{
		"left alone": {
			act:      func(t *testing.T, c *conductor) { t.Helper(); c.stranger(t, 90*time.Minute, 11) },
			asked:    []capacity.Units{6, 11},
			outcomes: []string{"p/0: done", "p/1: drifted", "p/2: superseded"},
		},
		"before the first action": {
			act:      func(t *testing.T, c *conductor) { t.Helper(); c.stranger(t, 30*time.Minute, 11) },
			asked:    []capacity.Units{11},
			outcomes: []string{"p/0: drifted", "p/1: superseded", "p/2: superseded"},
		},
		"to the action's own number": {
			act:      func(t *testing.T, c *conductor) { t.Helper(); c.stranger(t, 90*time.Minute, 4) },
			asked:    []capacity.Units{6, 4, 3},
			outcomes: []string{"p/0: done", "p/1: already so", "p/2: done"},
		},
		"a lost answer is no drift": {
			target:   "sim://web?leadTime=5m&units=2&lost=1",
			act:      func(*testing.T, *conductor) {},
			asked:    []capacity.Units{6, 4, 3},
			outcomes: []string{"p/0: done", "p/1: done", "p/2: done"},
		},
		"a newer plan has read it": {
			act: func(t *testing.T, c *conductor) {
				t.Helper()
				c.stranger(t, 90*time.Minute, 11)
				c.offer(150*time.Minute, c.plan(t, "new", 150*time.Minute, change{4 * time.Hour, 11, 5}), updateCallbacks{})
			},
			asked:    []capacity.Units{6, 11, 5},
			outcomes: []string{"p/0: done", "p/1: drifted", "p/2: superseded"},
		},
		"a newer plan has read it before anybody noticed": {
			act: func(t *testing.T, c *conductor) {
				t.Helper()
				c.stranger(t, 90*time.Minute, 11)
				c.offer(100*time.Minute, c.plan(t, "new", 100*time.Minute, change{4 * time.Hour, 11, 5}), updateCallbacks{})
			},
			asked:    []capacity.Units{6, 11, 5},
			outcomes: []string{"p/0: done", "p/1: superseded", "p/2: superseded"},
		},
		"a person has looked": {
			act: func(t *testing.T, c *conductor) {
				t.Helper()
				c.stranger(t, 90*time.Minute, 11)
				c.tell(150*time.Minute, executor.OverrideOrder, over("o", 9, false, 4*time.Hour), updateCallbacks{})
			},
			asked:    []capacity.Units{6, 11, 9, 3},
			outcomes: []string{"p/0: done", "p/1: drifted", "p/2: superseded"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.target == "" {
				test.target = "sim://web?leadTime=5m&units=2"
			}
			c := newConductor(t, test.target)
			c.offer(0, c.plan(t, "p", 0, ramp...), updateCallbacks{})
			test.act(t, c)
			c.run(t)
			if diff := cmp.Diff(test.asked, c.asked(t)); diff != "" {
				t.Errorf("the fleet was asked for (-want +got):\n%s", diff)
			}
			var own []string
			for _, o := range c.outcomes(t, "p") {
				if len(o) > 4 && o[3] == ':' {
					own = append(own, o)
				}
			}
			if diff := cmp.Diff(test.outcomes, own); diff != "" {
				t.Errorf("the plan's outcomes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExecute_Overdue: after a long outage the newest due action counts, and the
// pool goes there no faster than its ramp.
func TestExecute_Overdue(t *testing.T) {
	for name, test := range map[string]struct {
		ramp     capacity.Rate
		asked    []capacity.Units
		outcomes []string
	}{
		"at once":     {capacity.Rate{}, []capacity.Units{9}, []string{"p/0: superseded", "p/1: superseded", "p/2: done"}},
		"by the ramp": {capacity.Rate{Units: 3, Per: time.Hour}, []capacity.Units{5, 8, 9}, []string{"p/0: superseded", "p/1: superseded", "p/2: done"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			c.policy.Pools[0].Ramp.Up = test.ramp
			p := c.plan(t, "p", 0, change{time.Hour, 2, 4}, change{12 * time.Hour, 4, 7}, change{24 * time.Hour, 7, 9})
			state := c.state()
			state.Targets = map[capacity.TargetName]executor.Target{c.policy.Pools[0].Target: {Requested: 2, Known: true}}
			state.Counts = map[capacity.Verdict]int{}
			state.Clock = state.Clock.Started(origin.Add(-30 * time.Hour / speed))
			c.offer(0, p, updateCallbacks{})
			c.conduct(t, state)
			if diff := cmp.Diff(test.asked, c.asked(t)); diff != "" {
				t.Errorf("the fleet was asked for (-want +got):\n%s", diff)
			}
			var own []string
			for _, o := range c.outcomes(t, "p") {
				if o[3] == ':' {
					own = append(own, o)
				}
			}
			if diff := cmp.Diff(test.outcomes, own); diff != "" {
				t.Errorf("the plan's outcomes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExecute_HandOverWhileVerifying: nobody waits for, or takes back, a number
// that a newer plan no longer wants.
func TestExecute_HandOverWhileVerifying(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=50h&units=2")
	c.policy.Pools[0].LeadTime = 50 * time.Hour
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}), updateCallbacks{})
	looks, targets := 0, c.acts.Targets
	var newer execution.TakeInput
	c.acts.Targets = func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		target, err := targets(name, now)
		return struck{target, func() {
			if looks++; looks == 5 { // while the first action is being verified
				if err := c.force(context.Background(), c.policy); err != nil {
					panic(err)
				}
				c.env.UpdateWorkflow(workflows.TakeUpdate, "new", updateCallbacks{}, newer)
			}
		}}, err
	}
	c.policy.Pools[0].LeadTime = time.Hour
	newer = c.plan(t, "new", time.Hour, change{time.Hour, 6, 2}) // at once: in a test no time passes meanwhile
	c.run(t)
	c.check(t, "p", []string{"p/0: 2 → 6", "new/0: 6 → 2"}, []string{"p/0: superseded"})
	if got := c.outcomes(t, "new"); len(got) != 1 || got[0] != "new/0: done" {
		t.Errorf("got %v, want the newer action done", got)
	}
}

// refusing is a target whose requests to scale fail.
type refusing struct {
	capacity.Target
	err error
}

func (r refusing) Scale(context.Context, capacity.Action) error { return r.err }

// TestExecute_NextPool: what one pool has not got is asked of the next in merit
// order: spot at 0.6 per 100 of load, b at 2, c at 3.
func TestExecute_NextPool(t *testing.T) {
	type pools map[string]error
	tests := map[string]struct {
		refuses  pools
		limit    string // of the first pool
		spotMax  capacity.Units
		outcomes []string
		note     string
	}{
		"none left": {
			refuses: pools{"web": capacity.ErrNoCapacity}, spotMax: 10,
			outcomes: []string{"p/0/spot: done", "p/0: failed"}, note: "a lacks 4 units: spot takes over with 8 more",
		},
		"over the quota": {
			refuses: pools{"web": capacity.ErrQuota}, spotMax: 10,
			outcomes: []string{"p/0/spot: done", "p/0: failed"}, note: "spot takes over",
		},
		"short": {
			limit: "&limit=5", spotMax: 10,
			outcomes: []string{"p/0/spot: done", "p/0: short"}, note: "a lacks 1 unit: spot takes over with 2 more",
		},
		"the cheapest has no room": {
			refuses: pools{"web": capacity.ErrNoCapacity}, spotMax: 1,
			outcomes: []string{"p/0/b: done", "p/0: failed"}, note: "b takes over with 4 more",
		},
		"the cheapest has none either": {
			refuses: pools{"web": capacity.ErrNoCapacity, "spot": capacity.ErrNoCapacity}, spotMax: 10,
			outcomes: []string{"p/0/spot/b: done", "p/0/spot: failed", "p/0: failed"}, note: "b takes over with 4 more",
		},
		"nobody has any": {
			refuses: pools{"web": capacity.ErrNoCapacity, "spot": capacity.ErrNoCapacity, "b": capacity.ErrQuota}, spotMax: 10,
			outcomes: []string{"p/0/spot/b: failed", "p/0/spot: failed", "p/0: failed"}, note: "no other pool has room",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, capacity.TargetName("sim://web?units=2"+test.limit))
			c.addSpot()
			c.policy.Pools[1].Max = test.spotMax
			c.policy.Pools = append(c.policy.Pools, capacity.Pool{Name: "b", Target: "sim://b?units=1", UnitRate: 100, Max: 5, Price: 2, LeadTime: time.Minute})
			targets := c.acts.Targets
			c.acts.Targets = func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
				target, err := targets(name, now)
				host, _, _ := strings.Cut(strings.TrimPrefix(string(name), "sim://"), "?")
				if refused := test.refuses[host]; refused != nil {
					return refusing{target, refused}, err
				}
				return target, err
			}
			c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}), updateCallbacks{})
			state := c.conduct(t, c.state())
			if diff := cmp.Diff(test.outcomes, c.outcomes(t, "p")); diff != "" {
				t.Errorf("the outcomes (-want +got):\n%s", diff)
			}
			if notes := strings.Join(state.Notes, "\n"); !strings.Contains(notes, test.note) {
				t.Errorf("got notes %q, want %q", notes, test.note)
			}
		})
	}
}
