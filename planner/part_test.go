package planner_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// lateBy is a plan for a load of forty units where one runs, now so long after the
// start of a step.
func lateBy(step, lead, past time.Duration) planner.Input {
	f := certain(40, 40, 40)
	f.Step = step
	in := planner.Input{Policy: policyOf(1, 100, 1, 40), Forecast: f, States: []capacity.State{{Units: 1, Serving: 1}}, Now: f.Start.Add(past)}
	in.Policy.Demand.Step, in.Policy.Pools[0].LeadTime = step, lead
	return in
}

// TestBuild_AsksAtOnce: whatever the step and wherever in it a plan is made, what is
// missing already is requested now, and only what is missing from now on is expected
// to be short: 39 units until the lead time has passed.
func TestBuild_AsksAtOnce(t *testing.T) {
	for _, step := range []time.Duration{10 * time.Minute, time.Hour, 24 * time.Hour} {
		for _, lead := range []time.Duration{0, time.Minute, 4 * time.Minute, 10 * time.Minute, 75 * time.Minute} {
			for _, share := range []float64{0, 0.01, 0.25, 0.44, 0.9, 0.999} {
				past := time.Duration(share * float64(step)).Truncate(time.Second)
				if past+lead >= 3*step {
					continue // the plan ends before a unit could serve
				}
				t.Run(fmt.Sprintf("%v/%v/%v", step, lead, past), func(t *testing.T) {
					in := lateBy(step, lead, past)
					p := build(t, in)
					if len(p.Actions) != 1 || !p.Actions[0].At.Equal(in.Now) || !p.Actions[0].Due.Equal(in.Now.Add(lead)) || p.Actions[0].Units != 40 {
						t.Fatalf("got %+v, want 40 units requested now and due %v later", p.Actions, lead)
					}
					short, left := 39*lead.Hours(), (3*step - past).Hours()
					if e := p.Expect; math.Abs(e.MissingUnitHours-short) > 1e-9 || math.Abs(e.MissingCost-40*short) > 1e-6 ||
						math.Abs(e.ViolationMinutes-lead.Minutes()) > 1e-9 || math.Abs(e.UnitHours-(40*left-short)) > 1e-9 {
						t.Errorf("got %+v, want %v unit-hours missing for %v, and %v in all", e, short, lead, 40*left-short)
					}
				})
			}
		}
	}
}

// A cut takes effect now as well, and what ran before now costs nothing more.
func TestBuild_CutsAtOnce(t *testing.T) {
	in := lateBy(time.Hour, 4*time.Minute, 26*time.Minute)
	in.States[0] = capacity.State{Units: 60, Serving: 60}
	p := build(t, in)
	if len(p.Actions) != 1 || !p.Actions[0].At.Equal(in.Now) || !p.Actions[0].Due.Equal(in.Now) {
		t.Fatalf("got %+v, want one cut, now", p.Actions)
	}
	if want := 40 * (34.0/60 + 2); math.Abs(p.Expect.UnitHours-want) > 1e-9 || p.Expect.MissingUnitHours != 0 {
		t.Errorf("got %+v, want %v unit-hours", p.Expect, want)
	}
}

// What binds a raise binds one in the middle of a step: a freeze, a ramp, a lead time
// that ends in a later step.
func TestBuild_AsksAtOnceWithinLimits(t *testing.T) {
	const past = 26 * time.Minute
	tests := map[string]struct {
		change func(in *planner.Input)
		units  []int
		at     time.Duration // of the first raise after now
	}{
		"frozen until the next step": {func(in *planner.Input) {
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: in.Now.Add(-time.Minute), To: in.Now.Add(20 * time.Minute)}}}
		}, []int{1, 40, 40}, 30 * time.Minute},
		// 30 minutes are left once units serve: three times 4.
		"a ramp of 4 per 10m": {func(in *planner.Input) {
			in.Policy.Pools[0].Ramp.Up = capacity.Rate{Units: 4, Per: 10 * time.Minute}
		}, []int{13, 37, 40}, 0},
		"a ramp of 4 per 1h": {func(in *planner.Input) {
			in.Policy.Pools[0].Ramp.Up = capacity.Rate{Units: 4, Per: time.Hour}
		}, []int{3, 7, 11}, 0},
		"a longer lead time": {func(in *planner.Input) { in.Policy.Pools[0].LeadTime = time.Hour }, []int{1, 40, 40}, 0},
		"a maximum":          {func(in *planner.Input) { in.Policy.Pools[0].Max = 9 }, []int{9, 9, 9}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := lateBy(time.Hour, 4*time.Minute, past)
			test.change(&in)
			p := build(t, in)
			if got := unitsOf(p); fmt.Sprint(got) != fmt.Sprint(test.units) {
				t.Errorf("got %v, want %v", got, test.units)
			}
			if got := p.Actions[0].At.Sub(in.Now); got != test.at {
				t.Errorf("the first raise is requested %v after now, want %v", got, test.at)
			}
		})
	}
}

// Several pools: one that serves at once and one that needs half an hour.
func TestBuild_FleetAsksAtOnce(t *testing.T) {
	in := lateBy(time.Hour, 30*time.Minute, 15*time.Minute)
	in.Policy.Pools[0].Max = 20
	in.Policy.Pools = append(in.Policy.Pools, capacity.Pool{Name: "b", Target: "sim://b", UnitRate: 1, Max: 20, Price: 1.5})
	in.States = append(in.States, capacity.State{})
	p, err := planner.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range p.Actions[:2] {
		if !a.At.Equal(in.Now) {
			t.Errorf("got %+v, want it requested now", a)
		}
	}
	// 40 are needed: 1 + 20 serve for half an hour, 20 + 20 after it.
	if want := 19 * 0.5; math.Abs(p.Expect.MissingUnitHours-want) > 1e-6 {
		t.Errorf("got %+v, want %v unit-hours missing", p.Expect, want)
	}
}
