package planner_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner"
)

// TestBuild_Limits has one case for each limit beyond bounds, ramps and lead
// time: what runs, why in the step that the limit decides, and what is said.
func TestBuild_Limits(t *testing.T) {
	window := func(from, to time.Duration) []capacity.Window {
		return []capacity.Window{{From: noon.Add(from), To: noon.Add(to)}}
	}
	tests := map[string]struct {
		change func(*planner.Input)
		want   []int
		step   int
		reason capacity.Reason
		text   string
	}{
		"paid units stay": {func(in *planner.Input) { in.Policy.Pools[0].Paid = 4 }, []int{2, 5, 3, 3}, 2, capacity.ReasonDemand, "2 units would do, 3 cost no more"},
		// With the chance 0.5 that nothing serves, a unit saves 20·0.5 and
		// still costs 1: the demand is served while the pool is there.
		"interrupted": {func(in *planner.Input) {
			in.Policy.Pools[0].Interruption, in.Policy.Pools[0].LeadTime = 0.1, 5*time.Hour
			in.Now = noon.Add(-6 * time.Hour)
		}, []int{2, 5, 3, 3}, 3, capacity.ReasonDemand, "3 units at 1"},
		"hold": {func(in *planner.Input) { in.Policy.Pools[0].Hold = 15 * time.Minute }, []int{2, 5, 5, 5}, 2, capacity.ReasonHold, "needs 2, runs 5: a number that was changed stays for 15m (hold)"},
		"one change": {
			func(in *planner.Input) { in.Policy.Pools[0].Changes = 1 },
			[]int{2, 5, 5, 5},
			3, capacity.ReasonChanges,
			"needs 3, runs 5: the number may change only once (changes)",
		},
		// A unit costs 1/12 for a step, so that stopping and starting it again
		// for one step does not pay at 0.05.
		"change cost": {
			func(in *planner.Input) { in.Policy.Objective.Change = 0.05 },
			[]int{2, 5, 3, 3},
			2, capacity.ReasonChange,
			"needs 2, runs 3: to start or stop a unit costs 0.05, more than it gains (change)",
		},
		// Neither the way up at 12:05 nor the way down at 12:10 may be asked for
		// in between: five units from the start pay more than missing three.
		"freeze": {
			func(in *planner.Input) {
				in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: window(4*time.Minute, 11*time.Minute)}
			},
			[]int{5, 5, 5, 3},
			2, capacity.ReasonFreeze,
			"needs 2, runs 5: the policy denies changes from 12:04 to 12:11 (freeze)",
		},
		// The way up at 12:05 may be asked for, the way down at 12:10 may not.
		"freeze that denies lowering": {
			func(in *planner.Input) {
				in.Policy.Control.Freeze = capacity.Freeze{Windows: window(4*time.Minute, 11*time.Minute)}
			},
			[]int{2, 5, 5, 3},
			2, capacity.ReasonFreeze,
			"needs 2, runs 5: the policy denies lowering from 12:04 to 12:11 (freeze)",
		},
		"budget": {func(in *planner.Input) {
			in.Policy.Objective.Budget = capacity.Budget{Amount: 3, Per: capacity.Hour} // 12 unit-steps in 4 of 12 steps
		}, []int{2, 5, 2, 3}, 3, capacity.ReasonDemand, "3 units at 1"},
		"tight budget": {func(in *planner.Input) {
			in.Policy.Objective.Budget = capacity.Budget{Amount: 2.5, Per: capacity.Hour} // 10 unit-steps
		}, []int{2, 4, 2, 2}, 1, capacity.ReasonBudget, "needs 5, runs 4: more would overspend 2.5 per hour (budget)"},
		"event": {func(in *planner.Input) {
			in.Policy.Events = []capacity.Event{{Name: "launch", From: noon.Add(10 * time.Minute), To: noon.Add(11 * time.Minute), Ramp: time.Minute, Uplift: capacity.Uplift{Factor: 2}}}
		}, []int{2, 5, 2, 3}, 2, capacity.ReasonEvent, `forecast P50 is 2 with "launch": 2 units at 1`},
		"event's ramp": {func(in *planner.Input) {
			in.Policy.Events = []capacity.Event{{Name: "launch", From: noon.Add(17 * time.Minute), To: noon.Add(18 * time.Minute), Ramp: 10 * time.Minute}}
		}, []int{2, 5, 2, 3}, 1, capacity.ReasonEvent, `with "launch"`},
		"event that lowers": {func(in *planner.Input) {
			in.Policy.Events = []capacity.Event{{Name: "holiday", From: noon, To: noon.Add(time.Hour), Uplift: capacity.Uplift{Factor: 0.5}}}
		}, []int{2, 5, 2, 3}, 2, capacity.ReasonDemand, "2 units at 1"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			in := planner.Input{Policy: policyOf(1, 8, 1, 20), Forecast: certain(2, 5, 2, 3), States: []capacity.State{{Units: 2, Serving: 2}}, Now: noon}
			tc.change(&in)
			p := build(t, in)
			if diff := cmp.Diff(tc.want, unitsOf(p)); diff != "" {
				t.Errorf("units (-want +got):\n%s%v", diff, p.Notes)
			}
			why := p.Pools[0].Steps[tc.step].Why
			if why.Reason != tc.reason || !strings.Contains(why.Text, tc.text) {
				t.Errorf("got %q %q, want %q that says %q", why.Reason, why.Text, tc.reason, tc.text)
			}
		})
	}
}

// notesOf are the notes of a plan as one text.
func notesOf(t *testing.T, in planner.Input) string {
	t.Helper()
	return strings.Join(build(t, in).Notes, "\n")
}

func TestBuild_NotesOfLimits(t *testing.T) {
	tests := map[string]struct {
		change func(*planner.Input)
		want   string
	}{
		// 5 units instead of 2 and 3 in the last two steps: 5 unit-steps of 1/12.
		"price of changes": {
			func(in *planner.Input) { in.Policy.Pools[0].Changes = 1 },
			"the limit of 1 change costs 0.42: without it the plan would be expected to cost 1 instead of 1.42",
		},
		// Two units are missing for a step at 20/12, and their price of 2/12 is saved.
		"price of a budget": {
			func(in *planner.Input) { in.Policy.Objective.Budget = capacity.Budget{Amount: 2.5, Per: capacity.Hour} },
			"the budget of 2.5 per hour costs 3.17: without it",
		},
		// 3 units in each of two steps.
		"price of a freeze": {func(in *planner.Input) {
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon.Add(4 * time.Minute), To: noon.Add(11 * time.Minute)}}}
		}, "the freeze costs 0.5: without it"},
		"price at a level": {func(in *planner.Input) {
			in.Policy.Objective = capacity.Objective{ServiceLevel: 0.5}
			in.Policy.Pools[0].Changes = 1
		}, "without the limit of 1 change the plan would cost 1 instead of 1.42, and miss 0 unit-hours instead of 0"},
		"frozen outside": {func(in *planner.Input) {
			in.States[0].Units = 9
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon, To: noon.Add(time.Hour)}}}
		}, "current size 9 is outside min 1 / max 8: moving into range as fast as ramps and lead time allow outside the freeze"},
		// 36 unit-steps of a third of an hour, at 12 unit-steps an hour.
		"budget out of reach": {func(in *planner.Input) {
			in.States[0].Units = 8
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon, To: noon.Add(time.Hour)}}}
			in.Policy.Objective.Budget = capacity.Budget{Amount: 3, Per: capacity.Hour}
		}, "budget 3 per hour cannot be kept from 12:00: the other limits take at least 8 per hour, planned for that"},
		"level out of reach": {func(in *planner.Input) {
			in.Policy.Objective = capacity.Objective{ServiceLevel: 0.95}
			in.Policy.Pools[0].Interruption, in.Policy.Pools[0].LeadTime = 0.2, 30*time.Minute
		}, `pool "g5" is away for 10% of the time, so that P95 is out of reach with it alone`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			in := planner.Input{Policy: policyOf(1, 8, 1, 20), Forecast: certain(2, 5, 2, 3), States: []capacity.State{{Units: 2, Serving: 2}}, Now: noon}
			tc.change(&in)
			if got := notesOf(t, in); !strings.Contains(got, tc.want) {
				t.Errorf("got notes %q, want one with %q", got, tc.want)
			}
		})
	}
}

// A day of 23 or 25 hours has the budget of a day.
func TestBuild_BudgetOfADay(t *testing.T) {
	tests := map[string]struct {
		from  time.Time
		hours int
	}{
		"winter":         {time.Date(2026, 1, 15, 0, 0, 0, 0, berlin(t)), 24},
		"clocks forward": {time.Date(2026, 3, 29, 0, 0, 0, 0, berlin(t)), 23},
		"clocks back":    {time.Date(2026, 10, 25, 0, 0, 0, 0, berlin(t)), 25},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var demand []float64
			for range tc.hours + 6 { // six hours of the next day
				demand = append(demand, 5)
			}
			in := planner.Input{Policy: policyOf(0, 8, 1, 20), Forecast: certain(demand...), States: []capacity.State{{Units: 5, Serving: 5}}, Now: tc.from}
			in.Policy.Demand.Timezone = "Europe/Berlin"
			in.Forecast.Start, in.Forecast.Step = tc.from, time.Hour
			in.Policy.Objective.Budget = capacity.Budget{Amount: 48, Per: capacity.Day}
			units := unitsOf(build(t, in))
			today, tomorrow := 0, 0
			for i, n := range units {
				if i < tc.hours {
					today += n
				} else {
					tomorrow += n
				}
			}
			if today != 48 || tomorrow != 12 { // a quarter of a day has a quarter of the budget
				t.Errorf("got %d unit-hours today and %d tomorrow, want 48 and 12: %v", today, tomorrow, units)
			}
		})
	}
}

func berlin(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}
