package controller_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/controller"
	"headroom/planner/reactive"
)

// envelopeFor is one within which a service of units of 10 is decided.
func envelopeFor(now time.Time) controller.Envelope {
	return controller.Envelope{
		Service: "web", Pool: "a", Number: 1, Made: now, Expires: now.Add(3 * time.Hour), Mode: controller.Auto,
		Least: controller.Bound{Units: 2, Why: "min"}, Most: controller.Bound{Units: 40, Why: "max"},
		UnitRate: 10, LeadTime: 3 * time.Minute, Share: 0.01,
	}
}

// wild is the load of one tick: a wave, noise, spikes and steps.
func wild(r *rand.Rand, i int) float64 {
	load := 150 - 100*math.Cos(2*math.Pi*float64(i)/1440) + 20*r.NormFloat64()
	if i/300%3 == 2 {
		load += 120
	}
	if r.IntN(50) == 0 {
		load *= 3
	}
	return max(0, load)
}

func begin(t *testing.T, seed uint64, minutes int, e controller.Envelope) *controller.Controller {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	s := controller.Start{Service: "web", Tick: time.Minute, At: origin.Add(-time.Duration(minutes) * time.Minute), Envelope: e}
	for i := range minutes {
		s.History = append(s.History, wild(r, i))
	}
	c, err := controller.New(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestController_StaysInside: whatever load, envelopes, outages and restarts come, and in
// whatever order, nothing is asked for outside the envelope, while it holds or has
// expired, or from old measurements; and a controller that is restored again and again
// decides as one that never stopped.
func TestController_StaysInside(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 6))
			e := envelopeFor(origin)
			minutes := []int{0, 600, 800, 2000}[r.IntN(4)]
			steady, stopped := begin(t, seed, minutes, e), begin(t, seed, minutes, e)
			asked, now, seen, quiet := capacity.Units(5), origin, origin, 0
			if minutes == 0 {
				seen = time.Time{}
			}
			for i := range 1200 {
				now = now.Add(time.Minute)
				if r.IntN(40) == 0 || now.After(e.Expires.Add(20*time.Minute)) {
					e = changed(r, e, now)
				}
				tick := controller.Tick{Now: now, Envelope: e, Target: controller.Target{Known: r.IntN(30) > 0, Asked: asked, Serving: asked}}
				if quiet--; quiet < 0 {
					tick.Loads = []controller.Load{{At: now.Add(-time.Minute), Value: wild(r, minutes+i)}}
					seen = now
					if r.IntN(60) == 0 {
						quiet = r.IntN(25)
					}
				}
				d, err := steady.Tick(t.Context(), tick)
				if err != nil {
					t.Fatal(err)
				}
				if r.IntN(60) == 0 {
					stopped = restored(t, stopped)
				}
				if again, err := stopped.Tick(t.Context(), tick); err != nil || !reflect.DeepEqual(d, again) {
					t.Fatalf("%s: got %+v (%v) of one that was restored, want %+v", now, again, err, d)
				}
				if broken := inspect(tick, seen, d); broken != "" {
					t.Fatalf("%s: %s: %+v in %+v", now, broken, d, tick)
				}
				if d.Act {
					asked = d.Units
				}
			}
			if a, b := state(t, steady), state(t, stopped); !bytes.Equal(a, b) {
				t.Error("got another state of one that was restored")
			}
		})
	}
}

// inspect is the rule that a decision breaks.
func inspect(tick controller.Tick, seen time.Time, d controller.Decision) string {
	e := tick.Envelope
	acts := e.Mode == controller.Auto || e.Mode == controller.RaiseOnly
	inside := func(n capacity.Units) capacity.Units { return min(max(n, e.Least.Units), e.Most.Units) }
	age := tick.Now.Sub(seen)
	switch {
	case d.Act && (!acts || e.Hold != "" || !tick.Now.Before(e.Expires) || !tick.Target.Known):
		return "acts although it must not"
	case d.Act && d.Units != inside(d.Units):
		return "leaves the envelope"
	case d.Act && e.KeepUp != "" && d.Units < tick.Target.Asked:
		return "lowers in a freeze"
	case d.Act && (d.Units == tick.Target.Asked || d.Minimum != (e.Mode == controller.RaiseOnly)):
		return "asks for what is there"
	case d.Source == controller.Held:
		return ""
	case e.KeepUp == "" && d.Units != inside(d.Units):
		return "stays outside the envelope"
	case age > 3*time.Minute && d.Source != controller.Stale && d.Source != controller.Planned:
		return "follows old measurements"
	case d.Source == controller.Stale && e.KeepUp == "" && d.Units != inside(d.From):
		return "moves the number without a measurement"
	case e.Limits.Step > 0 && max(d.Units-d.From, d.From-d.Units) > e.Limits.Step && d.Units != e.Least.Units && d.Units != e.Most.Units:
		return "takes too large a step"
	}
	return ""
}

// changed is another envelope.
func changed(r *rand.Rand, e controller.Envelope, now time.Time) controller.Envelope {
	next := envelopeFor(now)
	next.Number = e.Number + 1
	next.Expires = now.Add(time.Duration(1+r.IntN(180)) * time.Minute)
	next.Mode = []controller.Mode{controller.Off, controller.Shadow, controller.RaiseOnly, controller.Auto, controller.Auto, controller.Auto}[r.IntN(6)]
	next.Least.Units = capacity.Units(r.IntN(20))
	next.Most.Units = next.Least.Units + capacity.Units(r.IntN(30))
	next.Limits = controller.Limits{Step: capacity.Units(r.IntN(3) * 4), Reversals: r.IntN(5), Calls: r.IntN(20)}
	if r.IntN(5) == 0 {
		next.Hold = "paused"
	}
	if r.IntN(5) == 0 {
		next.KeepUp = "frozen"
	}
	if r.IntN(2) == 0 {
		next.Plan = controller.Plan{ID: "p", Until: now.Add(time.Hour), Slots: []controller.Slot{{At: now, Units: capacity.Units(r.IntN(30))}}}
	}
	if r.IntN(4) == 0 {
		next.Events = []controller.Event{{ID: "match", From: now.Add(5 * time.Minute), Due: now.Add(10 * time.Minute), Until: now.Add(30 * time.Minute), Units: 35}}
	}
	return next
}

func state(t *testing.T, c *controller.Controller) []byte {
	t.Helper()
	b, err := c.State()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func restored(t *testing.T, c *controller.Controller) *controller.Controller {
	t.Helper()
	again, err := controller.Restore(state(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// TestController_BoundsReversals: in no hour are there more reversals than the bound and
// one, nor more changes than their bound, whatever the load.
func TestController_BoundsReversals(t *testing.T) {
	for _, bound := range []int{1, 4} {
		e := envelopeFor(origin)
		e.Expires, e.Limits = origin.Add(1000*time.Hour), controller.Limits{Reversals: bound, Calls: 12}
		c := begin(t, 3, 900, e)
		r, asked, now := rand.New(rand.NewPCG(3, 7)), capacity.Units(5), origin
		var turns, calls []time.Time
		up, seen := false, 0
		last := now.Add(-2 * time.Hour)
		for i := range 1500 {
			now = now.Add(time.Minute)
			d, err := c.Tick(t.Context(), controller.Tick{
				Now: now, Envelope: e, Target: controller.Target{Known: true, Asked: asked, Serving: asked},
				Loads: []controller.Load{{At: now.Add(-time.Minute), Value: wild(r, 900+i)}},
			})
			if err != nil {
				t.Fatal(err)
			}
			for len(turns) > 0 && now.Sub(turns[0]) >= time.Hour {
				turns = turns[1:]
			}
			for len(calls) > 0 && now.Sub(calls[0]) >= time.Hour {
				calls = calls[1:]
			}
			if !d.Act {
				continue
			}
			calls = append(calls, now)
			if rising := d.Units > asked; rising != up {
				if now.Sub(last) < time.Hour {
					turns = append(turns, now)
					seen++
				}
				up = rising
			}
			last, asked = now, d.Units
			if len(turns) > bound+1 || len(calls) > 12 {
				t.Fatalf("got %d reversals and %d changes in an hour, want at most %d and 12", len(turns), len(calls), bound+1)
			}
		}
		if seen < 3 {
			t.Errorf("got %d reversals: the load puts no bound to the test", seen)
		}
	}
}

// TestController_RaiseOnly: with the controller's minimum an autoscaler without a
// tolerance never runs fewer units than it would alone.
func TestController_RaiseOnly(t *testing.T) {
	e := envelopeFor(origin)
	e.Mode, e.Expires = controller.RaiseOnly, origin.Add(1000*time.Hour)
	c := begin(t, 4, 2000, e)
	r, now := rand.New(rand.NewPCG(4, 7)), origin
	autoscaler := reactive.Dynamic{Tolerance: -1}
	var alone, with capacity.Units = 5, 5
	var minimum capacity.Units
	var wantsAlone, wantsWith reactive.Wants
	raised := 0
	for i := range 1500 {
		now = now.Add(time.Minute)
		load := wild(r, 2000+i)
		alone, wantsAlone = autoscaler.Units(reactive.Measurement{At: now, Load: load, UnitRate: 10, Units: alone, Serving: alone}, wantsAlone)
		with, wantsWith = autoscaler.Units(reactive.Measurement{At: now, Load: load, UnitRate: 10, Units: with, Serving: with}, wantsWith)
		d, err := c.Tick(t.Context(), controller.Tick{
			Now: now, Envelope: e, Target: controller.Target{Known: true, Asked: minimum, Serving: with},
			Loads: []controller.Load{{At: now.Add(-time.Minute), Value: load}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if d.Act {
			minimum = d.Units
		}
		if with = max(with, minimum); with < alone {
			t.Fatalf("%s: got %d units with a minimum of %d, and %d without", now, with, minimum, alone)
		} else if with > alone {
			raised++
		}
	}
	if raised == 0 {
		t.Error("the minimum has never raised the number")
	}
}

// TestController_Ticks: measurements in finer ticks, late, doubled, out of order and from
// the future give the forecasts of those that came in order.
func TestController_Ticks(t *testing.T) {
	e := envelopeFor(origin)
	r := rand.New(rand.NewPCG(9, 9))
	start := controller.Start{Service: "web", Tick: 15 * time.Second, At: origin.Add(-13 * time.Hour), Envelope: e}
	for i := range 13 * 240 {
		start.History = append(start.History, wild(r, i/4))
	}
	var all [2]*controller.Controller
	for i := range all {
		c, err := controller.New(t.Context(), start)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = c
	}
	for i := range 60 {
		from := origin.Add(time.Duration(i) * time.Minute)
		var loads []controller.Load
		for k := range 4 {
			loads = append(loads, controller.Load{At: from.Add(time.Duration(k) * 15 * time.Second), Value: wild(r, 780+i)})
		}
		noisy := append([]controller.Load{{At: from.Add(-time.Minute), Value: 1e6}}, loads...)
		noisy = append(noisy, loads[1], controller.Load{At: from.Add(time.Minute), Value: 1e6}, controller.Load{At: from, Value: math.NaN()})
		var got [2]controller.Decision
		for k, l := range [][]controller.Load{loads, noisy} {
			d, err := all[k].Tick(t.Context(), controller.Tick{Now: from.Add(time.Minute), Loads: l, Envelope: e, Target: controller.Target{Known: true, Asked: 10, Serving: 10}})
			if err != nil {
				t.Fatal(err)
			}
			got[k] = d
		}
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Fatalf("got %+v with measurements that do not count, want %+v", got[1], got[0])
		}
	}
}

func TestNew_Refuses(t *testing.T) {
	for want, s := range map[string]controller.Start{
		"Service is empty":    {Tick: time.Minute, At: origin},
		"is no part of a":     {Tick: 7 * time.Second, At: origin, Envelope: envelopeFor(origin)},
		"not at a whole":      {Tick: time.Minute, At: origin.Add(time.Second), Envelope: envelopeFor(origin)},
		"is no part of a min": {Tick: 2 * time.Minute, At: origin, Envelope: envelopeFor(origin)},
	} {
		if _, err := controller.New(t.Context(), s); !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q and %v", err, want, capacity.ErrBadData)
		}
	}
}

func TestRestore_Refuses(t *testing.T) {
	good := state(t, begin(t, 1, 800, envelopeFor(origin)))
	r := rand.New(rand.NewPCG(1, 8))
	for range 200 {
		broken := bytes.Clone(good)
		broken[r.IntN(len(broken))] ^= byte(1 + r.IntN(255))
		if _, err := controller.Restore(broken); !errors.Is(err, capacity.ErrBadData) {
			t.Fatalf("got %v for damaged bytes, want %v", err, capacity.ErrBadData)
		}
		if _, err := controller.Restore(good[:r.IntN(len(good))]); !errors.Is(err, capacity.ErrBadData) {
			t.Fatalf("got %v for half a state, want %v", err, capacity.ErrBadData)
		}
	}
	old := bytes.Clone(good)
	old[8]++
	if _, err := controller.Restore(old); err == nil || !strings.Contains(err.Error(), "version is 2 and this release reads version 1") {
		t.Errorf("got %v for another version", err)
	}
}
