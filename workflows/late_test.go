package workflows_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"headroom/activities/execution"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
	"headroom/workflows"
)

// heard lets the world keep its notices of all urgent kinds.
func (w *world) heard() *[]capacity.Notice {
	all := &[]capacity.Notice{}
	w.ports.notify = func(_ context.Context, in records.NoticeInput) error {
		*all = append(*all, in.Notice)
		return nil
	}
	w.policy.Notify = capacity.Notify{{To: "env:OPS", On: capacity.Urgent()}}
	return all
}

// records is what the audit has of a kind.
func (w *world) records(t *testing.T, kind audit.Kind) (all []audit.Record) {
	t.Helper()
	for r, err := range audit.Read(t.Context(), w.acts.Store, w.policy.Service) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind == kind {
			all = append(all, r)
		}
	}
	return all
}

// TestPlan_Late plans at times after the history has ended: each plan reaches a
// horizon from then on, serves the daily peak of 1,300/s with 13 units, and says
// how late the history is, on record and to whom it may concern.
func TestPlan_Late(t *testing.T) {
	tests := map[string]struct {
		late  time.Duration
		says  string // "" is nothing
		least capacity.Units
	}{
		"not late":                {},
		"in the running step":     {late: 29 * time.Minute},
		"one step":                {late: 59 * time.Minute},
		"two steps":               {late: time.Hour, says: "1h (2 steps) before"},
		"a morning":               {late: 6*time.Hour + 7*time.Minute, says: "6h (12 steps) before"},
		"as long as the horizon":  {late: 24 * time.Hour, says: "24h (48 steps) before"},
		"longer than the horizon": {late: 30 * time.Hour, says: "30h (60 steps) before", least: 13},
		"several days":            {late: 5 * 24 * time.Hour, says: "(240 steps) before", least: 13},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			told := w.heard()
			w.retrain(t)
			now := origin.Add(test.late)
			env := w.env()
			env.SetStartTime(now)
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			var result workflows.PlanResult
			if err := env.GetWorkflowResult(&result); err != nil {
				t.Fatal(err)
			}
			plan := w.stored(t).Plan
			if reach := plan.End().Sub(now); reach > 24*time.Hour || reach <= 24*time.Hour-30*time.Minute || plan.Start.After(now) {
				t.Errorf("the plan covers %s to %s, want the day from %s on", plan.Start, plan.End(), now)
			}
			least, most := capacity.Units(math.MaxInt64), capacity.Units(0)
			for _, s := range plan.Pools[0].Steps[1:] { // none can serve in the first
				least, most = min(least, s.Units), max(most, s.Units)
			}
			if most < 13 || least < test.least {
				t.Errorf("the plan runs %d to %d units, want up to 13 or more, and never fewer than %d", least, most, test.least)
			}
			notes, late := strings.Join(plan.Notes, "\n"), w.records(t, audit.Late)
			if test.says == "" {
				if strings.Contains(notes, "LATE") || len(late)+len(*told) != 0 {
					t.Errorf("a history that is not late is told of: %s, %v, %v", notes, late, *told)
				}
				return
			}
			if !strings.Contains(notes, test.says) || strings.Contains(notes, "longer than the horizon") != (test.least > 0) {
				t.Errorf("the notes are %q, want %q", notes, test.says)
			}
			if len(late) != 1 || !strings.Contains(late[0].Text, test.says) || late[0].Plan != plan.ID {
				t.Errorf("the records are %+v, want one that says %q", late, test.says)
			}
			if len(*told) != 1 || (*told)[0].Kind != capacity.NoticeLate || !strings.Contains((*told)[0].Text, test.says) {
				t.Errorf("the notices are %+v, want one that says %q", *told, test.says)
			}
		})
	}
}

// TestPlan_Failures: whatever keeps a plan from being made is on record, and is
// told once.
func TestPlan_Failures(t *testing.T) {
	tests := map[string]struct {
		spoil func(*world)
		now   time.Time
		says  string
	}{
		"the history is gone": {now: origin.Add(60 * 24 * time.Hour), says: "load"},
		"optimise refuses": {spoil: func(w *world) {
			w.policy.Pools[0].Ramp.Up = capacity.Rate{Units: -1, Per: time.Minute}
		}, says: "ramp.up"},
		"the target is of no known kind": {spoil: func(w *world) { w.policy.Pools[0].Target = "abacus://web" }, says: "abacus"},
		"the history is of one value": {spoil: func(w *world) {
			write(t, w.dir+"/load/a.csv", []byte(days(func(int) string { return "7" })))
		}, says: "demand.value"},
		"nobody takes it": {spoil: func(w *world) {
			w.ports.offer = func(context.Context, execution.TakeInput) error { return capacity.ErrRefused }
		}, says: "refused"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			w.retrain(t)
			told := w.heard()
			if test.spoil != nil {
				test.spoil(w)
			}
			env := w.env()
			if !test.now.IsZero() {
				env.SetStartTime(test.now)
			}
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			if env.GetWorkflowError() == nil {
				t.Fatal("the plan was made")
			}
			failed := w.records(t, audit.Failed)
			if len(failed) != 1 || !strings.Contains(failed[0].Text, test.says) || strings.Contains(failed[0].Text, "activity error") {
				t.Errorf("the records are %+v, want one that says %q", failed, test.says)
			}
			if len(*told) != 1 || (*told)[0].Kind != capacity.NoticeRefused || !strings.Contains((*told)[0].Text, test.says) {
				t.Errorf("the notices are %+v, want one that says %q", *told, test.says)
			}
		})
	}
}
