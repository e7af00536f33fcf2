package workflows_test

import (
	"strings"
	"testing"
	"time"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/workflows"
)

// due runs a task so long after the origin.
func (w *world) due(t *testing.T, task workflows.Task, after time.Duration) workflows.DueResult {
	t.Helper()
	env := w.env()
	env.SetStartTime(origin.Add(after))
	env.ExecuteWorkflow(workflows.Due, workflows.DueInput{Service: w.forced(t, w.policy), Task: task})
	var result workflows.DueResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

// lookedAfter is a service that was retrained and planned at the origin, and is
// looked at twice an hour.
func lookedAfter(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, capacity.Propose)
	w.policy.Schedule.Replan = time.Hour
	w.retrain(t)
	if got := w.due(t, workflows.PlanTask, 0); !strings.Contains(got.Planned, "proposed") || got.Why != "" {
		t.Fatalf("planned on time: got %+v, want a proposed plan", got)
	}
	return w
}

func TestDue_Watch(t *testing.T) {
	event := capacity.Event{Name: "launch", From: origin.Add(9 * time.Hour), To: origin.Add(12 * time.Hour), Uplift: capacity.Uplift{Factor: 3}}
	for name, test := range map[string]struct {
		change func(t *testing.T, w *world)
		after  time.Duration
		why    string // in part; empty: nothing is done
		held   string
	}{
		"as ever":             {func(t *testing.T, w *world) { w.later(t, 2, 1) }, 2 * time.Hour, "", ""},
		"three times above":   {func(t *testing.T, w *world) { w.later(t, 2, 1.7) }, 2 * time.Hour, "load has been above the 95 % interval of its forecast for 3 steps, since 2026-03-08T00:30:00Z", ""},
		"three times below":   {func(t *testing.T, w *world) { w.later(t, 2, 0.3) }, 2 * time.Hour, "load has been below the 95 %", ""},
		"only twice":          {func(t *testing.T, w *world) { w.later(t, 1, 1.7) }, time.Hour, "", ""},
		"too soon":            {func(_ *testing.T, w *world) { w.policy.Objective.Missing = 60 }, 30 * time.Minute, "", "objective, but plan"},
		"a dearer unit":       {func(_ *testing.T, w *world) { w.policy.Pools[0].Price = 2 }, time.Hour, "the policy has changed: capacity", ""},
		"two sections":        {func(_ *testing.T, w *world) { w.policy.Control.Mode, w.policy.Objective.Missing = capacity.Approve, 60 }, time.Hour, "the policy has changed: objective, control", ""},
		"only another rhythm": {func(_ *testing.T, w *world) { w.policy.Schedule.Plan = "5 * * * *" }, time.Hour, "", ""},
		"a new event":         {func(_ *testing.T, w *world) { w.policy.Events = []capacity.Event{event} }, time.Hour, "event launch is new", ""},
		"the plan has ended":  {func(t *testing.T, w *world) { w.later(t, 24, 1) }, 24 * time.Hour, "has ended", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := lookedAfter(t)
			test.change(t, w)
			got := w.due(t, workflows.WatchTask, test.after)
			if !strings.Contains(got.Why, test.why) || (got.Why == "") != (test.why == "") || (got.Planned == "") != (test.why == "") {
				t.Errorf("got %+v, want it planned because %q", got, test.why)
			}
			if !strings.Contains(got.Held, test.held) || (got.Held == "") != (test.held == "") {
				t.Errorf("put off because %q, want %q", got.Held, test.held)
			}
			if test.why == "" {
				return
			}
			if notes := w.notes(t); !strings.Contains(notes, "made out of turn: ") || !strings.Contains(notes, test.why) {
				t.Errorf("got notes %q, want the reason %q", notes, test.why)
			}
			if again := w.due(t, workflows.WatchTask, test.after+30*time.Minute); again.Planned != "" {
				t.Errorf("half an hour later it was planned again: %+v", again)
			}
		})
	}
}

// An event that was planned with and then called off is a change, too.
func TestDue_WatchEventGone(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	w.policy.Events = []capacity.Event{{Name: "launch", From: origin.Add(9 * time.Hour), To: origin.Add(12 * time.Hour), Uplift: capacity.Uplift{Factor: 3}}}
	w.retrain(t)
	w.due(t, workflows.PlanTask, 0)
	w.policy.Events = nil
	if got := w.due(t, workflows.WatchTask, time.Hour); !strings.Contains(got.Why, "event launch is gone") {
		t.Errorf("got %+v, want it planned because the event is gone", got)
	}
}

// Drift has the models retrained before it is planned anew, but not soon after
// they were.
func TestDue_WatchDrift(t *testing.T) {
	w := lookedAfter(t)
	w.later(t, 12, 1.5)
	got := w.due(t, workflows.WatchTask, 12*time.Hour)
	if got.Retrained == "" || got.Planned == "" || !strings.Contains(got.Why, "demand has drifted: ") {
		t.Fatalf("got %+v, want it retrained and planned because of drift", got)
	}
	var champion retraining.Champion
	w.read(t, capacity.ChampionKey("web"), &champion)
	if !champion.TrainedTo.After(origin) && champion.Outlasted == 0 {
		t.Errorf("the champion %+v was not judged again", champion)
	}
	if again := w.due(t, workflows.WatchTask, 14*time.Hour); again.Retrained != "" {
		t.Errorf("two hours later it was retrained again: %+v", again)
	}
}

// A service without anything is trained first.
func TestDue_WatchFirst(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	if got := w.due(t, workflows.WatchTask, 0); got.Retrained == "" || got.Planned == "" || got.Why != "there is no plan yet" {
		t.Errorf("got %+v, want it retrained and planned", got)
	}
}
