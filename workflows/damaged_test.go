package workflows_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"headroom/activities"
	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/fleet"
	"headroom/audit"
	"headroom/capacity"
)

// damages is what may be under a key in place of what belongs there.
var damages = map[string]string{"cut off": `{"Model":"bl`, "null": "null", "empty": "", "another type": `"text"`, "deep": strings.Repeat("[", 20_000)}

const (
	fleetSummary = "fleets/plan/run/summary.json"
	ofFirstPlan  = "of the first plan: "
)

// damage writes a text in place of what is under a key.
func (w *world) damage(t *testing.T, key, text string) {
	t.Helper()
	_, version, err := w.acts.Store.Get(t.Context(), key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		t.Fatal(err)
	}
	if err := w.acts.Store.Swap(t.Context(), key, []byte(text), version); err != nil {
		t.Fatal(err)
	}
}

// A damaged object that a plan only reads beside its history stops no plan and no
// retraining: it is kept aside, with a record of it.
func TestPlan_DamagedObjects(t *testing.T) {
	champion, day := capacity.ChampionKey("web"), capacity.DayKey("web", origin)
	for _, key := range []string{champion, day, capacity.CurrentPlanKey("web"), capacity.LeadTimesKey("web"), capacity.UnitRatesKey("web"), capacity.ShareKey("web"), audit.HeadKey("web"), capacity.OrdersKey("web"), capacity.EventKey("web", "fair"), fleetSummary, ofFirstPlan + "outcomes.json", ofFirstPlan + "standing.json"} {
		for name, damaged := range damages {
			t.Run(fmt.Sprintf("%s/%s", key, name), func(t *testing.T) {
				w := newWorld(t, capacity.Auto)
				w.retrain(t)
				first, _, _ := w.planAt(t, 0)
				if part, ok := strings.CutPrefix(key, ofFirstPlan); ok {
					key = capacity.PlanKey("web", first.Plan.Plan.ID, part)
				}
				w.damage(t, key, damaged)
				_, notes, _ := w.planAt(t, 1) // fails if there is no plan
				if key == champion && (!strings.Contains(notes, "the champion could not forecast") || !strings.Contains(notes, "headroom retrain web")) {
					t.Errorf("the notes are %q, want why the champion does not forecast, and the remedy", notes)
				}
				if again := w.retrain(t); !again.Promoted && key == champion {
					t.Errorf("retrained: %+v, want a new champion in place of the damaged one", again)
				}
				// The current plan is only replaced, and this policy's lead time is not
				// measured, nor does it count against a quota.
				recorded := key == champion || key == audit.HeadKey("web") || key == day
				if got := len(w.records(t, audit.Damaged)) > 0; got != recorded {
					t.Errorf("a record of the damage: %v, want %v", got, recorded)
				}
			})
		}
	}
}

// What a run reads beside the plan that it carries out stops it neither, if it is damaged:
// outcomes are begun anew, with a record, and a summary is written over. Two are not
// written over, since nobody knows what they held: orders pause the service, and the
// record of an event is left to `headroom restore`.
func TestDamagedObjects_Read(t *testing.T) {
	for name, damaged := range damages {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			w.retrain(t)
			plan, _, _ := w.planAt(t, 0)
			a, outcomes := activities.New(*w.acts), capacity.PlanKey("web", plan.Plan.Plan.ID, "outcomes.json")
			orders, fair := capacity.OrdersKey("web"), capacity.EventKey("web", "fair")
			for _, key := range []string{outcomes, orders, fair, fleetSummary} {
				w.damage(t, key, damaged)
			}
			loaded, err := a.Load(t.Context(), execution.LoadInput{Service: "web", Plan: plan.Plan.Plan})
			if err != nil || len(loaded.Actions) == 0 || loaded.Settled["sim://web"] != 0 {
				t.Errorf("load the plan: got %d actions, %v, %v, want all still to be carried out", len(loaded.Actions), loaded.Settled, err)
			}
			one := capacity.Outcome{Action: loaded.Actions[0], Asked: origin, Settled: origin, Verdict: capacity.Done}
			if err := a.Record(t.Context(), execution.RecordInput{Service: "web", Plan: plan.Plan.Plan.ID, Outcomes: []capacity.Outcome{one}}); err != nil {
				t.Error("record an outcome: ", err)
			}
			if read, err := a.ReadOrders(t.Context(), execution.OrdersInput{Service: "web"}); err != nil || read.Damaged == "" {
				t.Errorf("read the orders: got %+v, %v, want them damaged", read, err)
			}
			if left, err := a.RecallEvent(t.Context(), events.RecordInput{Service: "web", Event: "fair"}); !failure.Is(err, capacity.ErrBadData) {
				t.Errorf("recall the event: got %+v, %v, want it damaged", left, err)
			}
			if _, err := a.Summarise(t.Context(), fleet.SummariseInput{Kind: fleet.Plan, Run: "run", Now: origin}); err != nil {
				t.Error("summarise a fleet: ", err)
			}
			for _, key := range []string{outcomes, orders} {
				if !slices.ContainsFunc(w.records(t, audit.Damaged), func(r audit.Record) bool { return strings.Contains(r.Text, key) }) {
					t.Errorf("no record says that %q is damaged", key)
				}
			}
		})
	}
}
