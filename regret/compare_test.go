package regret_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/capacity"
	"headroom/regret"
)

// monday is when the windows of the tests begin.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// at is so many minutes after monday.
func at(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

const target = "sim://web"

// acted is an action that was done: it found what served, and what was asked
// for served some minutes later.
func acted(from, to capacity.Units, asked, settled int) capacity.Outcome {
	return capacity.Outcome{
		Action: capacity.Action{Target: target, From: from, Units: to}, Verdict: capacity.Done,
		Before: capacity.State{Units: from, Serving: from}, After: capacity.State{Units: to, Serving: to},
		Asked: at(asked), Settled: at(settled),
	}
}

// hour is an hour in which 2, then 5, then 2 units are needed, for 20 minutes
// each, and in which the raise came five minutes late, and the cut as well.
func hour() regret.Input {
	return regret.Input{
		Policy: capacity.Policy{
			Service:   "web",
			Demand:    capacity.Demand{Aggregate: capacity.Sum, Step: 10 * time.Minute, Timezone: "UTC"},
			Pools:     []capacity.Pool{{Name: "a", Target: target, UnitRate: 10, Min: 1, Max: 10, Price: 6, LeadTime: 2 * time.Minute}},
			Objective: capacity.Objective{Missing: 40},
		},
		Load:     capacity.Series{Start: monday, Step: 10 * time.Minute, Values: []float64{12000, 12000, 30000, 30000, 12000, 12000}}, // 20 and 50 a second
		Window:   capacity.Window{From: monday, To: at(60)},
		Outcomes: []capacity.Outcome{acted(5, 2, 45, 45), acted(2, 2, -30, -30), acted(2, 5, 25, 27)},
		Held:     at(60),
	}
}

// about compares to a billionth.
var about = cmpopts.EquateApprox(1e-9, 1e-9)

// TestCompare is worked out by hand, in unit-minutes at 0.1 each; a unit that is
// given up is paid for one minute more, a missing unit-hour costs 40.
func TestCompare(t *testing.T) {
	c, err := regret.Compare(t.Context(), hour())
	if err != nil {
		t.Fatal(err)
	}
	want := regret.Tally{
		Minutes: 60, Window: 60,
		// 2 for 25 minutes, 5 for 20, 2 for 15, and 3 that drain: 183. Of 5 units, 3
		// are missing for 7 minutes; 3 are spare for 5.
		Done: regret.Account{Way: "done", Units: 18.3, Penalty: 14, Violation: 7, Missing: 21. / 60, Spare: 15. / 60, Paid: 183. / 60},
		// Asks for 5 at minute 18, and for 2 at 40: 2 for 18 minutes, 5 for 22, 2 for
		// 20, and 3 that drain.
		Oracle: regret.Account{Way: "oracle", Units: 18.9, Paid: 189. / 60},
		// 2, 5 and 2 for 20 minutes each, and nothing drains.
		Instant: regret.Account{Way: "instant oracle", Units: 18, Paid: 180. / 60},
		// Sees the load of 20 after a minute, and asks for 20/(10·0.7), that is 3; for
		// 8 at 21, which serve at 23; for 3 at 45, five minutes after it last wanted
		// 8. So 2 for a minute, 3 for 20, 8 for 24, 3 for 15, and 5 that drain: 304. Two
		// are missing for 3 minutes. Spare are 1 for 17 minutes, 3 for 17, 6 for 5 and 1
		// for 15: 113.
		Reactive: regret.Account{Way: "dynamic at 70%", Units: 30.4, Penalty: 4, Violation: 3, Missing: 6. / 60, Spare: 113. / 60, Paid: 304. / 60},
	}
	if diff := cmp.Diff(want, c.Tally, about); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(regret.Difference{Money: 32.3 - 18.9, Violation: 7}, c.Tally.Regret(), about); diff != "" {
		t.Errorf("regret (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(regret.Difference{Money: 34.4 - 32.3, Violation: -4}, c.Tally.Saving(), about); diff != "" {
		t.Errorf("saving (-want +got):\n%s", diff)
	}
	curves := regret.Curves{
		Tick: time.Minute,
		Need: regret.Curve{{20, 2}, {20, 5}, {20, 2}}, Done: regret.Curve{{27, 2}, {18, 5}, {15, 2}},
		Oracle: regret.Curve{{20, 2}, {20, 5}, {20, 2}}, Reactive: regret.Curve{{3, 2}, {20, 3}, {22, 8}, {15, 3}},
	}
	if diff := cmp.Diff(curves, c.Curves); diff != "" {
		t.Errorf("curves (-want +got):\n%s", diff)
	}
	if len(c.Gaps)+len(c.Notes) > 0 {
		t.Errorf("got gaps %v and notes %v, want none", c.Gaps, c.Notes)
	}
}

// TestCompare_Gaps: what is not known counts for nobody, and is told.
func TestCompare_Gaps(t *testing.T) {
	in := hour()
	in.Outcomes = in.Outcomes[2:] // nothing is known before the raise, and nothing after the plan
	in.Held = at(40)
	in.Load.Values[3] = math.NaN() // from 30 to 40
	c, err := regret.Compare(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	gap := func(from, to int, why string) regret.Gap {
		return regret.Gap{Window: capacity.Window{From: at(from), To: at(to)}, Why: why}
	}
	want := []regret.Gap{gap(0, 25, regret.NoRecord), gap(30, 40, regret.NoLoad), gap(40, 60, regret.NoRecord)}
	if diff := cmp.Diff(want, c.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	// From 25 to 30: 2 serve, and 5 are asked for at 25. The oracle, which begins
	// then, cannot do better.
	want5 := regret.Account{Way: "done", Units: 2.5, Penalty: 4, Violation: 2, Missing: 6. / 60, Paid: 25. / 60}
	if diff := cmp.Diff(want5, c.Tally.Done, about); diff != "" || c.Tally.Minutes != 5 {
		t.Errorf("of %v minutes (-want +got):\n%s", c.Tally.Minutes, diff)
	}
	want5.Way = "oracle"
	if diff := cmp.Diff(want5, c.Tally.Oracle, about); diff != "" {
		t.Errorf("oracle (-want +got):\n%s", diff)
	}
}

// TestCompare_Objective: the oracle serves the objective, not the load.
func TestCompare_Objective(t *testing.T) {
	for name, test := range map[string]struct {
		objective capacity.Objective
		violation float64
		instant   float64
	}{
		// 3 units for 20 minutes and what their start and end take are 6.9; the hour of
		// them that is missing costs 40.
		"missing is dear": {capacity.Objective{Missing: 40}, 0, 0},
		// Now it costs 6.5, which is still more than the 6 of units that need no start.
		"missing is cheap":       {capacity.Objective{Missing: 6.5}, 20, 0},
		"missing costs no unit":  {capacity.Objective{Missing: 5.9}, 60, 60},
		"always":                 {capacity.Objective{ServiceLevel: 0.999}, 0, 0},
		"two thirds of the time": {capacity.Objective{ServiceLevel: 0.6}, 20, 20},
	} {
		t.Run(name, func(t *testing.T) {
			in := hour()
			in.Policy.Objective = test.objective
			c, err := regret.Compare(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Tally.Oracle.Violation; got != test.violation {
				t.Errorf("got %v minutes without capacity, want %v", got, test.violation)
			}
			if got := c.Tally.Instant.Violation; got != test.instant {
				t.Errorf("without lead times: got %v minutes without capacity, want %v", got, test.instant)
			}
			if c.Tally.Oracle.Money() > c.Tally.Done.Money() && test.objective.Missing > 0 {
				t.Errorf("the oracle takes %v, more than the %v of what was done", c.Tally.Oracle.Money(), c.Tally.Done.Money())
			}
		})
	}
}

// TestCompare_Reactive: the plain policy is the floor of the policy.
func TestCompare_Reactive(t *testing.T) {
	for name, test := range map[string]struct {
		floor capacity.Floor
		want  regret.Curve
	}{
		// Asks for what is needed, a minute later, and holds it for five minutes.
		"dynamic at 100%": {capacity.Floor{Dynamic: 1}, regret.Curve{{23, 2}, {22, 5}, {15, 2}}},
		// Above 95% three tenths more, above 80% one tenth, at 50% one tenth less, a unit
		// at least and every five minutes: 3 at minute 1; 4 at 21, 5, 6 and 7 at 36,
		// each serving after two minutes; 6 at 41, 5, 4 and 3 at 56.
		"threshold": {capacity.Floor{Threshold: true}, regret.Curve{{3, 2}, {20, 3}, {5, 4}, {5, 5}, {5, 6}, {3, 7}, {5, 6}, {5, 5}, {5, 4}, {4, 3}}},
		// 5 at 21, and from there the steps of the threshold: 6 at 26, 7 at 31.
		"dynamic at 100% and threshold": {capacity.Floor{Dynamic: 1, Threshold: true}, regret.Curve{{3, 2}, {20, 3}, {5, 5}, {5, 6}, {8, 7}, {5, 6}, {5, 5}, {5, 4}, {4, 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			in := hour()
			in.Policy.Control.Floor = test.floor
			c, err := regret.Compare(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if c.Tally.Reactive.Way != name {
				t.Errorf("got %q, want %q", c.Tally.Reactive.Way, name)
			}
			if diff := cmp.Diff(test.want, c.Curves.Reactive); diff != "" {
				t.Errorf("units (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompare_Bad(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*regret.Input)
		want  error
	}{
		"two pools":    {func(in *regret.Input) { in.Policy.Pools = append(in.Policy.Pools, in.Policy.Pools[0]) }, capacity.ErrBadPolicy},
		"no unit rate": {func(in *regret.Input) { in.Policy.Pools[0].UnitRate = 0 }, capacity.ErrBadPolicy},
		"no record":    {func(in *regret.Input) { in.Outcomes = nil }, capacity.ErrNoData},
		"of another":   {func(in *regret.Input) { in.Policy.Pools[0].Target = "sim://other" }, capacity.ErrNoData},
		"no load":      {func(in *regret.Input) { in.Load.Values = nil }, capacity.ErrNoData},
		"no time":      {func(in *regret.Input) { in.Window.To = in.Window.From }, capacity.ErrNoData},
	} {
		t.Run(name, func(t *testing.T) {
			in := hour()
			test.spoil(&in)
			if _, err := regret.Compare(t.Context(), in); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
