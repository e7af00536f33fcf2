package workflows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/activities"
	"headroom/activities/execution"
	"headroom/activities/planning"
	"headroom/capacity"
	"headroom/executor"
	"headroom/history"
	"headroom/workflows"
)

// standings is a store that keeps what reports say of where plans stand.
type standings struct {
	capacity.Store
	mu  *sync.Mutex
	all *[]string // "plan: what is said", in the order in which it was
}

func (s standings) Swap(ctx context.Context, key string, data []byte, version string) error {
	if plan, ok := strings.CutSuffix(key, "/standing.json"); ok {
		var standing capacity.Standing
		if err := json.Unmarshal(data, &standing); err != nil {
			return err
		}
		var text strings.Builder
		text.WriteString(plan[strings.LastIndex(plan, "/")+1:] + ": " + standing.Verdict)
		if standing.By != "" {
			text.WriteString(" by " + standing.By)
		}
		if standing.Pause != nil {
			text.WriteString(", paused")
		}
		for _, o := range standing.Overrides {
			text.WriteString(", override " + o.ID)
		}
		for _, r := range standing.Pools {
			if r.Known {
				fmt.Fprintf(&text, ", %d/%d", r.Serving, r.Requested)
			}
			if r.Next != nil {
				fmt.Fprintf(&text, ", next %d", r.Next.Units)
			}
		}
		s.mu.Lock()
		if !slices.Contains(*s.all, text.String()) {
			*s.all = append(*s.all, text.String())
		}
		s.mu.Unlock()
	}
	return s.Store.Swap(ctx, key, data, version)
}

// TestExecute_Reports: the report of a plan is written again whenever what is in
// force changes, and that of a plan that another took over from says so.
func TestExecute_Reports(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	said := standings{c.acts.Store, &sync.Mutex{}, new([]string)}
	c.acts.Store = said
	c.env = c.conductorEnv()
	first := c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{5 * time.Hour, 6, 3})
	c.decided(t, "p", execution.Decision{Approved: true, By: "ann"})
	c.offer(0, first, updateCallbacks{})
	c.tell(2*time.Hour, executor.OverrideOrder, over("o", 9, true, 150*time.Minute), updateCallbacks{})
	c.tell(3*time.Hour, executor.PauseOrder, executor.Order{By: "bob", Why: "repairs"}, updateCallbacks{})
	c.tell(200*time.Minute, executor.ResumeOrder, executor.Order{By: "bob"}, updateCallbacks{})
	c.offer(4*time.Hour, c.plan(t, "q", 4*time.Hour, change{270 * time.Minute, 6, 8}), updateCallbacks{})
	c.run(t)
	for _, want := range []string{
		"p: executing by ann, 2/2, next 6",
		"p: executing by ann, 6/6, next 3",
		"p: executing by ann, override o, 9/9, next 3",
		"p: executing by ann, paused, 6/6, next 3",
		"p: superseded",
		"q: executing, 6/6, next 8",
		"q: executing, 8/8",
		"q: executed, 8/8",
	} {
		if !slices.Contains(*said.all, want) {
			t.Errorf("no report says %q", want)
		}
	}
	if t.Failed() {
		t.Logf("they say:\n%s", strings.Join(*said.all, "\n"))
	}
}

// TestExecute_Status: a query tells what serves, and the next change.
func TestExecute_Status(t *testing.T) {
	c := newConductor(t, "sim://web?leadTime=5m&units=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{2 * time.Hour, 6, 4}), updateCallbacks{})
	var got [3]executor.Status
	for i, after := range []time.Duration{30 * time.Minute, 90 * time.Minute, 3 * time.Hour} {
		c.env.RegisterDelayedCallback(func() {
			value, err := c.env.QueryWorkflow(workflows.StatusQuery)
			if err == nil {
				err = value.Get(&got[i])
			}
			if err != nil {
				panic(err)
			}
		}, after/speed)
	}
	c.run(t)
	for i, want := range []struct {
		serving capacity.Units
		next    capacity.Units
	}{{2, 6}, {6, 4}, {4, 0}} {
		s := got[i].Standing
		if len(s.Pools) != 1 || !s.Pools[0].Known || s.Pools[0].Serving != want.serving || s.Pools[0].Requested != want.serving || s.Pools[0].Seen.IsZero() {
			t.Errorf("query %d: got %+v, want %d serving and requested", i, s.Pools, want.serving)
			continue
		}
		next, pool := s.Next()
		switch {
		case want.next == 0 && next != nil:
			t.Errorf("query %d: got a next change to %d, want none", i, next.Units)
		case want.next > 0 && (next == nil || next.Units != want.next || pool != s.Pools[0].Pool):
			t.Errorf("query %d: got next %+v in %q, want one to %d", i, next, pool, want.next)
		}
	}
}

// TestReport_Since: a report that is written again draws and judges the load that came
// after its plan was made, and so does each look at the plan in another hour.
func TestReport_Since(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	env := w.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
	var result workflows.PlanResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	page := func() string {
		data, _, err := w.acts.Store.Get(t.Context(), capacity.PlanKey("web", result.Plan.Plan.ID, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if strings.Contains(page(), "Since the plan was made") {
		t.Error("nothing was measured since, and the report says how the plan has held")
	}
	later := func(steps int) {
		var csv strings.Builder
		csv.WriteString("timestamp,requests\n")
		for i := range steps {
			fmt.Fprintf(&csv, "%s,%d\n", origin.Add(time.Duration(i)*30*time.Minute).Format(time.RFC3339), 1800*120)
		}
		write(t, filepath.Join(w.dir, "load", "b.csv"), []byte(csv.String()))
	}
	later(2)
	in := planning.ReportInput{Service: "web", Plan: result.Plan.Plan, Standing: capacity.Standing{Verdict: "executing", At: origin.Add(time.Hour)}}
	if _, err := activities.New(*w.acts).Report(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if want := "Since the plan was made, 2 steps of 30m were measured"; !strings.Contains(page(), want) {
		t.Errorf("the report does not say %q", want)
	}
	later(5)
	for _, look := range []struct {
		after time.Duration
		steps string
	}{{90 * time.Minute, "2 steps"}, {150 * time.Minute, "5 steps"}} { // the first is in the hour of the report
		if _, err := activities.New(*w.acts).Look(t.Context(), planning.LookInput{Policy: w.policy, Now: origin.Add(look.after)}); err != nil {
			t.Fatal(err)
		}
		if want := look.steps + " of 30m were measured"; !strings.Contains(page(), want) {
			t.Errorf("after a look at %v the report does not say %q", look.after, want)
		}
	}
	// A source that cannot be read costs nobody the report.
	w.acts.Sources = func(string) (history.Source, error) { return nil, capacity.ErrAccess }
	in.Standing.At = origin.Add(4 * time.Hour)
	if _, err := activities.New(*w.acts).Report(t.Context(), in); err != nil {
		t.Errorf("without the source: %v", err)
	}
}
