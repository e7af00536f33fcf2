package workflows_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/planner/leadtime"
	"headroom/planner/unitrate"
	"headroom/workflows"
)

// busyWorld has a column of ten replicas and one of how busy they were, which
// is cpu of the load of one of them.
func busyWorld(t *testing.T, cpu func(load float64) float64) *world {
	t.Helper()
	w := newWorld(t, capacity.Propose)
	w.writeBusy(t, cpu)
	w.policy.Pools[0].Learn = capacity.Learn{Utilisation: "cpu", Units: "replicas", At: 0.6}
	return w
}

// writeBusy writes the load with those columns.
func (w *world) writeBusy(t *testing.T, cpu func(load float64) float64) {
	t.Helper()
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests,replicas,cpu")
	for at := origin.Add(-6 * 24 * time.Hour); at.Before(origin); at = at.Add(30 * time.Minute) {
		rate := 100 + 100*(12-max(at.Hour()-12, 12-at.Hour())) + at.YearDay()%3
		fmt.Fprintf(&csv, "%s,%d,10,%g\n", at.Format(time.RFC3339), rate*1800, cpu(float64(rate)/10))
	}
	write(t, filepath.Join(w.dir, "load", "a.csv"), csv.Bytes())
}

// withoutColumn is the load with another name for a column.
func (w *world) withoutColumn(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "load", "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Replace(data, []byte(","+name), []byte(",other"), 1)
}

// line is 5 % without load, and 60 % at a load of 82.5.
func line(load float64) float64 { return 0.05 + load/150 }

func TestPlan_LearnsUnitRate(t *testing.T) {
	tests := map[string]struct {
		cpu      func(load float64) float64
		column   string
		declared float64
		want     float64
		note     string
		err      error
	}{
		"learnt":                 {cpu: line, column: "cpu", want: 82.5, note: `a: one unit serves 82`},
		"in percent":             {cpu: func(v float64) float64 { return 100 * line(v) }, column: "cpu", want: 82.5, note: `learnt at 60% of "cpu", which is in percent`},
		"learnt, not declared":   {cpu: line, column: "cpu", declared: 50, want: 82.5, note: "one unit serves 82"},
		"not learnt":             {cpu: func(float64) float64 { return 0.4 }, column: "cpu", err: capacity.ErrBadPolicy, note: "does not depend on load"},
		"declared in its place":  {cpu: func(float64) float64 { return 0.4 }, column: "cpu", declared: 50, want: 50, note: "could not be learnt"},
		"no such column":         {cpu: line, column: "gpu", err: capacity.ErrBadData, note: `learns from the column "gpu"`},
		"declared for no column": {cpu: line, column: "gpu", declared: 50, want: 50, note: `there is no column "gpu"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := busyWorld(t, test.cpu)
			w.policy.Pools[0].UnitRate, w.policy.Pools[0].Learn.Utilisation = test.declared, test.column
			env := w.env()
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			if err := env.GetWorkflowError(); err != nil || test.err != nil {
				if !failure.Is(err, test.err) || !strings.Contains(err.Error(), test.note) {
					t.Errorf("got %v, want %v with %q", err, test.err, test.note)
				}
				return
			}
			if got := w.stored(t).Policy.Pools[0].UnitRate; math.Abs(got-test.want) > 0.005*test.want {
				t.Errorf("got unit rate %v, want %v", got, test.want)
			}
			if notes := w.notes(t); !strings.Contains(notes, test.note) {
				t.Errorf("got notes %q, want %q", notes, test.note)
			}
		})
	}
}

// TestPlan_KeepsLearntRate: where a rate cannot be learnt any more, the plan takes
// the one that was last learnt, and says so; the file stays as it is.
func TestPlan_KeepsLearntRate(t *testing.T) {
	for name, later := range map[string]func(w *world){
		"flat":      func(w *world) { w.writeBusy(t, func(float64) float64 { return 0.4 }) },
		"no column": func(w *world) { write(t, filepath.Join(w.dir, "load", "a.csv"), w.withoutColumn(t, "cpu")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := busyWorld(t, line)
			env := w.env()
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			if err := env.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			learnt := w.stored(t).Policy.Pools[0].UnitRate
			var log unitrate.Log
			w.read(t, capacity.UnitRatesKey(w.policy.Service), &log)
			if len(log) != 1 || log[0].Rate != learnt {
				t.Fatalf("got %v, want the rate %v", log, learnt)
			}
			later(w)
			w.policy.Pools[0].Price++ // or it would be the same plan with other notes
			env = w.env()
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			if err := env.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			if got, notes := w.stored(t).Policy.Pools[0].UnitRate, w.notes(t); got != learnt || !strings.Contains(notes, "as last learnt") {
				t.Errorf("got unit rate %v, notes %q, want the last rate %v and a note", got, notes, learnt)
			}
			var after unitrate.Log
			if w.read(t, capacity.UnitRatesKey(w.policy.Service), &after); !slices.Equal(log, after) {
				t.Errorf("got %v, want the log %v as it was", after, log)
			}
		})
	}
}

// TestPlan_MeasuresLeadTime: what the conductor records is what the next plan
// takes as the lead time.
func TestPlan_MeasuresLeadTime(t *testing.T) {
	tests := map[string]struct {
		raises        int
		atFirst       time.Duration
		least, most   time.Duration // two looks are half a minute apart, and each takes as long
		note, unasked string
	}{
		"enough":   {12, 4 * time.Minute, 5 * time.Minute, 7 * time.Minute, "P90 of the last 12 raises", "still missing"},
		"too few":  {9, 4 * time.Minute, 4 * time.Minute, 4 * time.Minute, "until 10 raises were measured; there are 9", "P90"},
		"too soon": {12, time.Minute, 3 * time.Minute, 5 * time.Minute, "in 12 of them units were still missing", "as the policy has it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			c.policy.Pools[0].Measured, c.policy.Pools[0].LeadTime = 0.9, test.atFirst
			var changes []change
			for i := range test.raises {
				at := time.Duration(i) * 25 * time.Minute
				changes = append(changes, change{at, 2, 4}, change{at + 15*time.Minute, 4, 2})
			}
			c.offer(0, c.plan(t, "p", 0, changes...), updateCallbacks{})
			c.run(t)

			var log leadtime.Log
			c.read(t, capacity.LeadTimesKey("web"), &log)
			if len(log) != test.raises {
				t.Errorf("got %v, want the %d raises and none of the cuts", log, test.raises)
			}
			env := c.world.env()
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: c.forced(t, c.policy)})
			c.planned(t, env)
			if got := c.stored(t).Policy.Pools[0].LeadTime; got < test.least || got > test.most {
				t.Errorf("got lead time %v, want %v to %v", got, test.least, test.most)
			}
			if notes := c.notes(t); !strings.Contains(notes, test.note) || strings.Contains(notes, test.unasked) {
				t.Errorf("got notes %q, want %q and no %q", notes, test.note, test.unasked)
			}
		})
	}
}
