package workflows_test

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/activities/fleet"
	"headroom/activities/lookback"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/history"
	"headroom/regret"
	"headroom/workflows"
)

// lookBack compares what was done in some hours since the origin.
func (w *world) lookBack(t *testing.T, p capacity.Policy, window capacity.Window) lookback.RegretResult {
	t.Helper()
	env := w.env()
	env.ExecuteWorkflow(workflows.Regret, workflows.RegretInput{Service: w.forced(t, p), Window: window})
	var result lookback.RegretResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

// sinceOrigin is a window of so many hours.
func sinceOrigin(hours int) capacity.Window {
	return capacity.Window{From: origin, To: origin.Add(time.Duration(hours) * time.Hour)}
}

// TestRegret: what the conductor did on a simulated fleet, and recorded, is what
// is compared.
func TestRegret(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	// From 101 to 601 a second: 2, 3, 4, 5, 6 and 7 units of 100 are needed.
	c.later(t, 6, 1)
	in := c.plan(t, "p", 0, change{55 * time.Minute, 2, 4}, change{3*time.Hour + 10*time.Minute, 4, 6})
	c.offer(0, in, updateCallbacks{})
	c.run(t)

	got := c.lookBack(t, c.policy, sinceOrigin(6))
	// Nobody looked before the first action, and looks take a while.
	if len(got.Gaps) != 1 || got.Gaps[0].Why != regret.NoRecord || !got.Gaps[0].From.Equal(origin) || math.Abs(got.Tally.Minutes-305) > 2 || got.Tally.Window != 360 {
		t.Errorf("got %v of %v minutes compared and gaps %+v, want all but the first 55", got.Tally.Minutes, got.Tally.Window, got.Gaps)
	}
	// The fifth unit is missing from 3:00 until 3:15 or some looks later, when it was
	// seen to serve; the seventh from 5:00 on.
	done := got.Tally.Done
	if done.Violation < 75 || done.Violation > 80 || math.Abs(done.Missing-done.Violation/60) > 1e-9 {
		t.Errorf("got %v min and %v unit-hours missing, want 75 min of one unit", done.Violation, done.Missing)
	}
	// 4 units from 0:55, 6 from 3:10.
	if want := 4*135./60 + 6*170./60; math.Abs(done.Units-want) > 0.3 {
		t.Errorf("units cost %v, want %v", done.Units, want)
	}
	if got.Tally.Oracle.Violation != 0 || got.Tally.Regret().Money <= 0 {
		t.Errorf("got oracle %+v, want all served, and for less", got.Tally.Oracle)
	}

	var stored regret.Comparison
	c.read(t, got.Stored.Key, &stored)
	if diff := cmp.Diff(got.Tally, stored.Tally); diff != "" || got.Stored.Key != "regret/web/20260308T000000Z-20260308T060000Z.json" {
		t.Errorf("stored as %s (-told +stored):\n%s", got.Stored.Key, diff)
	}
	if n := len(stored.Curves.Need.Values()); n != 360 || len(stored.Curves.Oracle.Values()) != n {
		t.Errorf("got curves of %d minutes, want 360", n)
	}

	// It is stored once. What becomes known later is stored beside it.
	if again := c.lookBack(t, c.policy, sinceOrigin(6)); again.Stored != got.Stored {
		t.Errorf("the same again: got %+v, want %+v", again.Stored, got.Stored)
	}
	c.later(t, 6, 1.1)
	anew := c.lookBack(t, c.policy, sinceOrigin(6))
	if anew.Stored.Key == got.Stored.Key || !strings.HasPrefix(anew.Stored.Key, strings.TrimSuffix(got.Stored.Key, ".json")+"-") {
		t.Errorf("with other load: stored as %s, the first as %s", anew.Stored.Key, got.Stored.Key)
	}
	c.read(t, got.Stored.Key, &stored)
	if diff := cmp.Diff(got.Tally, stored.Tally); diff != "" {
		t.Errorf("the first has changed (-was +is):\n%s", diff)
	}
}

// TestDue_Regret: a schedule looks back at the last whole week, of which the plans
// that were made saw some, though nothing was ever asked for.
func TestDue_Regret(t *testing.T) {
	w := lookedAfter(t) // on Sunday at midnight, with 2 units
	w.later(t, 25, 1)
	monday := origin.Add(24*time.Hour + 30*time.Minute)
	w.acts.Now = func() time.Time { return monday }
	if got := w.due(t, workflows.PlanTask, monday.Sub(origin)); got.Planned == "" {
		t.Fatalf("got %+v, want another plan on Monday", got)
	}
	got := w.due(t, workflows.RegretTask, 29*time.Hour)
	if got.Compared != "regret/web/2026-W10.json" || got.Planned != "" || got.Retrained != "" {
		t.Fatalf("got %+v, want the tenth week compared, and nothing else done", got)
	}
	var stored regret.Comparison
	w.read(t, got.Compared, &stored)
	if stored.Tally.Minutes != 24*60 || stored.Tally.Done.Paid != 48 {
		t.Errorf("got %v minutes with %v unit-hours, want the Sunday with two units", stored.Tally.Minutes, stored.Tally.Done.Paid)
	}
}

// seen books what a service's target ran.
func (w *world) seen(t *testing.T, p capacity.Policy, units capacity.Units, at ...time.Time) {
	t.Helper()
	for _, at := range at {
		book := records.DayBook{Seen: []records.Sighting{{Plan: "p", At: at, States: map[capacity.TargetName]capacity.State{
			p.Pools[0].Target: {Units: units, Serving: units},
		}}}}
		data, err := json.Marshal(book)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.acts.Store.Put(t.Context(), capacity.DayKey(p.Service, at), data); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFleet_Regret: a fleet's look back is that of each service alone, summed;
// what fails is named, and nothing else suffers from it.
func TestFleet_Regret(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	policies := w.many(t, 5)
	window := capacity.Window{From: origin.Add(-48 * time.Hour), To: origin.Add(-24 * time.Hour)}
	for i, p := range policies {
		if i != 2 { // of which nobody knows anything
			w.seen(t, p, capacity.Units(7+i), window.From, window.To)
		}
	}
	policies[3].Pools = append(policies[3].Pools, policies[3].Pools[0])
	policies[4].Demand.Source = "file://" + filepath.Join(w.dir, "nowhere") + "/"
	places := 0
	w.acts.Sources = func(string) (history.Source, error) { return counting{places: &places}, nil }

	env := w.env()
	env.ExecuteWorkflow(workflows.Fleet, workflows.FleetState{Kind: fleet.Regret, List: w.list(t, policies), Chunk: 2, Window: window})
	var result fleet.SummariseResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	var summary fleet.Summary
	w.read(t, result.Summary.Key, &summary)
	if diff := cmp.Diff(map[string]int{"compared": 2, "left out": 1, "failed": 2}, result.Verdicts); diff != "" || places != 2 {
		t.Errorf("two places read %d times; verdicts (-want +got):\n%s", places, diff)
	}
	for i, want := range []string{"s02: nothing was recorded of the units", "s04: "} {
		if got := summary.Failures[i].Service + ": " + summary.Failures[i].Why; !strings.HasPrefix(got, want) {
			t.Errorf("got failure %q, want %q", got, want)
		}
	}
	if last := summary.Services[2]; last.Service != "s03" || last.Regret != nil || !strings.Contains(last.Why, "it has 2 pools") {
		t.Errorf("got %+v, want s03 left out with the reason", last)
	}
	var sum regret.Tally
	for i, entry := range summary.Services[:2] {
		alone := w.lookBack(t, policies[i], window)
		if alone.Stored != entry.Regret.Stored {
			t.Errorf("%s: alone it is stored as %+v, in the fleet as %+v", entry.Service, alone.Stored, entry.Regret.Stored)
		}
		sum = sum.Plus(alone.Tally)
	}
	for name, got := range map[string]*regret.Tally{"result": result.Tally, "summary": summary.Tally} {
		if diff := cmp.Diff(&sum, got, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
			t.Errorf("the %s's sum (-want +got):\n%s", name, diff)
		}
	}
	if !strings.Contains(result.Story, "- done: ") || !slices.ContainsFunc(strings.Split(result.Story, "\n"), func(line string) bool { return strings.HasPrefix(line, "- dynamic at 70%: ") }) {
		t.Errorf("got story %q, want what was done beside the others", result.Story)
	}
}
