package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor"
)

var errNoAnswer = errors.New("no answer")

// gate is a target whose requests to scale fail as a test says.
type gate struct {
	capacity.Target
	now   func() time.Time
	scale func(now time.Time, a capacity.Action) error
	asked *[]string
}

// gate lets scale refuse requests, and returns the list of all requests.
func (c *conductor) gate(scale func(now time.Time, a capacity.Action) error) *[]string {
	var asked []string
	c.acts.Targets = func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet"), Now: now}.Target(name)
		return gate{target, now, scale, &asked}, err
	}
	return &asked
}

// simulated is the simulated target itself.
func (c *conductor) simulated(t *testing.T) *local.Target {
	t.Helper()
	target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet")}.Target(c.policy.Pools[0].Target)
	if err != nil {
		t.Fatal(err)
	}
	return target.(*local.Target)
}

// units is what the target is asked for.
func (c *conductor) units(t *testing.T) capacity.Units {
	t.Helper()
	state, err := c.simulated(t).State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state.Units
}

// reached is when the target was first asked for so many units.
func (c *conductor) reached(t *testing.T, units capacity.Units) time.Time {
	t.Helper()
	log, err := c.simulated(t).Log()
	if err != nil {
		t.Fatal(err)
	}
	for _, ch := range log {
		if ch.To >= units {
			return ch.At
		}
	}
	return time.Time{}
}

func (g gate) Scale(ctx context.Context, a capacity.Action) error {
	now := g.now()
	err := g.scale(now, a)
	*g.asked = append(*g.asked, fmt.Sprintf("%v %d %v", now.Sub(origin).Truncate(time.Minute), a.Units, err == nil))
	if err != nil {
		return err
	}
	return g.Target.Scale(ctx, a)
}

// TestExecute_FailedCutUnderRamp: a cut that was taken back under a ramp does not
// stop the later ones, and the conductor ends with its plan.
func TestExecute_FailedCutUnderRamp(t *testing.T) {
	tests := map[string]struct {
		target capacity.TargetName
		ramp   capacity.Rate
		step   time.Duration  // between the cuts of the plan
		least  int            // cuts that are tried
		want   capacity.Units // 0: any
	}{
		"every cut fails":         {"sim://web?leadTime=1m&units=16&drop=1", capacity.Rate{Units: 1, Per: 10 * time.Minute}, 30 * time.Minute, 6, 0},
		"every second cut fails":  {"sim://web?leadTime=1m&units=16&drop=2", capacity.Rate{Units: 1, Per: 10 * time.Minute}, 30 * time.Minute, 6, 10},
		"every third, in pairs":   {"sim://web?leadTime=1m&units=16&drop=3", capacity.Rate{Units: 2, Per: 10 * time.Minute}, 30 * time.Minute, 3, 10},
		"a slow ramp":             {"sim://web?leadTime=1m&units=16&drop=2", capacity.Rate{Units: 3, Per: time.Hour}, time.Hour, 2, 10},
		"no ramp, some cuts fail": {"sim://web?leadTime=1m&units=16&drop=2", capacity.Rate{}, 30 * time.Minute, 6, 11}, // the last one fails, and nothing follows
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, test.target)
			c.policy.Pools[0].Ramp.Down = test.ramp
			by := max(test.ramp.Units, 1)
			var changes []change
			for at, n := 10*time.Minute, capacity.Units(16); n > 10; at, n = at+test.step, n-by {
				changes = append(changes, change{at, n, n - by})
			}
			c.offer(0, c.plan(t, "p", 0, changes...), updateCallbacks{})
			c.run(t) // it ends: this is half of the test
			log := c.log(t)
			if cuts := len(slices.DeleteFunc(slices.Clone(log), func(s string) bool { return strings.Contains(s, "/restore") })); cuts < test.least {
				t.Errorf("%d cuts were tried, want %d or more: %q", cuts, test.least, log)
			}
			if got := c.units(t); got != test.want && test.want > 0 {
				t.Errorf("the target is asked for %d units at the end, want %d: %q", got, test.want, log)
			}
		})
	}
}

// TestExecute_FailedRaise: what a raise failed for passes in the middle of a step;
// the raise is repeated, and its units run before the step is over.
func TestExecute_FailedRaise(t *testing.T) {
	const asked = 30 * time.Minute // when the raise is due
	tests := map[string]struct {
		err    error
		passes time.Duration // how long after the raise was due
		ramp   capacity.Rate
		within time.Duration // from then to the raise
		units  capacity.Units
	}{
		"busy for eight minutes":   {capacity.ErrTargetBusy, 8 * time.Minute, capacity.Rate{}, 20 * time.Minute, 6},
		"busy for two hours":       {capacity.ErrTargetBusy, 2 * time.Hour, capacity.Rate{}, 20 * time.Minute, 6},
		"busy to the end":          {capacity.ErrTargetBusy, 1000 * time.Hour, capacity.Rate{}, 0, 2},
		"busy under a ramp":        {capacity.ErrTargetBusy, time.Hour, capacity.Rate{Units: 1, Per: 10 * time.Minute}, 2 * time.Hour, 6},
		"no answer for long":       {errNoAnswer, 31 * time.Minute, capacity.Rate{}, 40 * time.Minute, 6},
		"no answer, under a ramp":  {errNoAnswer, 31 * time.Minute, capacity.Rate{Units: 2, Per: 10 * time.Minute}, 2 * time.Hour, 6},
		"refused, under a ramp":    {capacity.ErrOutOfBounds, 31 * time.Minute, capacity.Rate{Units: 1, Per: 10 * time.Minute}, 3 * time.Hour, 6},
		"refused, without a ramp":  {capacity.ErrOutOfBounds, 31 * time.Minute, capacity.Rate{}, 0, 2},
		"nothing left at its best": {capacity.ErrNoCapacity, 1000 * time.Hour, capacity.Rate{Units: 1, Per: 10 * time.Minute}, 0, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=1m&units=2")
			c.policy.Pools[0].Ramp.Up = test.ramp
			free := origin.Add(asked + test.passes)
			log := c.gate(func(now time.Time, _ capacity.Action) error {
				if now.Before(free) {
					return test.err
				}
				return nil
			})
			c.offer(0, c.plan(t, "p", 0, change{asked, 2, 6}), updateCallbacks{})
			c.run(t)
			if got := c.units(t); got != test.units {
				t.Errorf("got %d units at the end, want %d: %q", got, test.units, *log)
			}
			if within := c.reached(t, 6); test.within > 0 && within.Sub(free) > test.within {
				t.Errorf("6 units were requested %v after the target was free, want %v at most: %q", within.Sub(free), test.within, *log)
			}
		})
	}
}

// TestExecute_BusyIsOneOutcome: however often a busy target is asked, the action is
// recorded once, and a number that is wanted meanwhile takes its place.
func TestExecute_BusyIsOneOutcome(t *testing.T) {
	tests := map[string]struct {
		free    time.Duration
		changes []change
		want    []string
		units   capacity.Units
	}{
		"in the end":     {90 * time.Minute, []change{{30 * time.Minute, 2, 6}}, []string{"p/0: done"}, 6},
		"another number": {2 * time.Hour, []change{{30 * time.Minute, 2, 6}, {90 * time.Minute, 6, 9}}, []string{"p/0: failed", "p/1: done"}, 9},
		"a cut":          {90 * time.Minute, []change{{30 * time.Minute, 2, 1}}, []string{"p/0: done"}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=1m&units=2")
			c.policy.Pools[0].Min = 1
			free := origin.Add(test.free)
			log := c.gate(func(now time.Time, _ capacity.Action) error {
				if now.Before(free) {
					return capacity.ErrTargetBusy
				}
				return nil
			})
			c.offer(0, c.plan(t, "p", 0, test.changes...), updateCallbacks{})
			c.run(t)
			if got := c.outcomes(t, "p"); !slices.Equal(got, test.want) || c.units(t) != test.units {
				t.Errorf("got %q and %d units, want %q and %d: %q", got, c.units(t), test.want, test.units, *log)
			}
		})
	}
}

// TestExecute_BusyAndOrders: while a target is busy, an order is carried out, and a
// newer plan takes over.
func TestExecute_BusyAndOrders(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=1m&units=2")
	free := origin.Add(3 * time.Hour)
	c.gate(func(now time.Time, a capacity.Action) error {
		if now.Before(free) && a.Units != 4 {
			return capacity.ErrTargetBusy
		}
		return nil
	})
	c.offer(0, c.plan(t, "p", 0, change{30 * time.Minute, 2, 6}), updateCallbacks{})
	c.env.RegisterDelayedCallback(func() {
		c.env.UpdateWorkflow(executor.OverrideOrder, "o", updateCallbacks{}, capacity.Override{
			ID: "o", Pool: "a", Units: 4, From: origin.Add(time.Hour), Until: origin.Add(2 * time.Hour), By: "ann", Why: "a test",
		}, "")
	}, time.Hour/speed)
	newer := c.plan(t, "new", 150*time.Minute, change{200 * time.Minute, 4, 5})
	c.offer(150*time.Minute, newer, updateCallbacks{})
	c.run(t)
	if got := c.units(t); got != 5 {
		t.Errorf("got %d units, want the 5 of the newer plan", got)
	}
	if got := c.outcomes(t, "p"); !slices.Contains(got, "p/0: failed") {
		t.Errorf("got %q, want the action that was never accepted recorded as failed", got)
	}
}
