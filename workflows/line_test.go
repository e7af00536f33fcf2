package workflows_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"headroom/activities"
	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/models"
	"headroom/workflows"
)

// origin is where the recorded load ends: a replay starts here.
var origin = time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)

// world is everything outside the workflows, in a test's folder.
type world struct {
	suite  testsuite.WorkflowTestSuite
	dir    string
	policy capacity.Policy
	acts   *activities.Ports
	ports  *ports
	offers []execution.TakeInput
}

// newWorld has six days of load with a daily shape, in one object.
func newWorld(t *testing.T, mode capacity.Mode) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), ports: &ports{}}
	w.ports.offer = func(_ context.Context, in execution.TakeInput) error {
		w.offers = append(w.offers, in)
		return nil
	}
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests")
	for at := origin.Add(-6 * 24 * time.Hour); at.Before(origin); at = at.Add(30 * time.Minute) {
		// A triangle over the day, from 100 to 1,300 per second, and a ripple.
		rate := 100 + 100*(12-max(at.Hour()-12, 12-at.Hour())) + at.YearDay()%3
		fmt.Fprintf(&csv, "%s,%d\n", at.Format(time.RFC3339), rate*1800)
	}
	write(t, filepath.Join(w.dir, "load", "a.csv"), csv.Bytes())
	w.policy = capacity.Policy{
		Service:   "web",
		Demand:    capacity.Demand{Source: "file://" + filepath.Join(w.dir, "load") + "/", Time: "timestamp", Value: "requests", Aggregate: capacity.Sum, Step: 30 * time.Minute, Timezone: "UTC", Window: 14 * 24 * time.Hour},
		Forecast:  capacity.Outlook{Horizon: 24 * time.Hour, Retrain: "0 3 * * *"},
		Pools:     []capacity.Pool{{Name: "a", Target: "sim://web?leadTime=5m&units=2", UnitRate: 100, Min: 2, Max: 30, Price: 1, LeadTime: 5 * time.Minute}},
		Objective: capacity.Objective{Missing: 40},
		Control:   capacity.Control{Mode: mode, Approval: capacity.Approval{Expires: time.Hour}},
	}
	w.acts = &activities.Ports{
		Store:   local.Store{Dir: filepath.Join(w.dir, "store")},
		Sources: func(string) (history.Source, error) { return local.Source{}, nil },
		Targets: func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
			return local.Fleet{Dir: filepath.Join(w.dir, "fleet"), Now: now}.Target(name)
		},
		Models:    func(step time.Duration) []capacity.Model { return models.New(models.Seasons(step)) },
		Baseline:  "seasonal-naive-day",
		Now:       func() time.Time { return origin },
		Conductor: w.ports, Identifier: w.ports, Notifier: w.ports,
	}
	return w
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// forced puts a policy in force, and returns the name of its service.
func (w *world) forced(t *testing.T, p capacity.Policy) string {
	t.Helper()
	if err := w.force(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p.Service
}

func (w *world) force(ctx context.Context, p capacity.Policy) error {
	store := local.Store{Dir: filepath.Join(w.dir, "store")} // without the faults of a test
	_, hash, err := p.Encode()
	if err != nil {
		return err
	}
	now, version, err := policies.Current(ctx, store, p.Service)
	if err == nil && now.Hash == hash {
		return nil
	}
	if err == nil || errors.Is(err, capacity.ErrNotFound) {
		err = policies.Force(ctx, store, p, policies.Pointer{By: "the test"}, version)
	}
	return err
}

// env is an environment with the activities on the world's ports. A test may change ports
// other than the store afterwards.
func (w *world) env() *testsuite.TestWorkflowEnvironment {
	ports := *w.acts
	ports.Now = func() time.Time { return w.acts.Now() }
	ports.Sources = func(uri string) (history.Source, error) { return w.acts.Sources(uri) }
	ports.Models = func(step time.Duration) []capacity.Model { return w.acts.Models(step) }
	ports.Targets = func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		return w.acts.Targets(name, now)
	}
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // also on a busy machine
	workflows.Register(env)
	env.RegisterActivity(activities.New(ports))
	env.SetStartTime(origin)
	return env
}

// conductorEnv is an environment in which the service's conductor runs under its own ID.
func (w *world) conductorEnv() *testsuite.TestWorkflowEnvironment {
	return w.env().SetStartWorkflowOptions(client.StartWorkflowOptions{ID: workflows.ExecuteID(w.policy.Service)})
}

func (w *world) retrain(t *testing.T) workflows.RetrainResult {
	t.Helper()
	env := w.env()
	env.ExecuteWorkflow(workflows.Retrain, workflows.RetrainInput{Service: w.forced(t, w.policy)})
	var result workflows.RetrainResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

func TestRetrain_Promotes(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	first := w.retrain(t)
	if !first.Promoted || first.Model == "" {
		t.Fatalf("got %+v, want a promoted model", first)
	}
	if second := w.retrain(t); second.Version != first.Version || second.Model != first.Model {
		t.Errorf("the same history gave %s %s, then %s %s", first.Model, first.Version, second.Model, second.Version)
	}
}

func TestRetrain_RefusesBadHistory(t *testing.T) {
	tests := map[string]struct {
		load string
		want error
		says string
	}{
		"all zeros":   {days(func(int) string { return "0" }), capacity.ErrAllZero, "demand.value"},
		"one value":   {days(func(int) string { return "7" }), capacity.ErrConstant, "demand.value"},
		"too short":   {"timestamp,requests\n2026-03-07T00:00:00Z,1\n2026-03-07T00:30:00Z,2\n2026-03-07T01:00:00Z,3\n", capacity.ErrTooShort, "24h"},
		"text":        {days(func(i int) string { return []string{"1", "many"}[i/200] }), capacity.ErrBadData, "line 202"},
		"wrong names": {"when,what\n2026-03-07T00:00:00Z,1\n", capacity.ErrBadData, "demand.time"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			before := w.retrain(t)
			write(t, filepath.Join(w.dir, "load", "a.csv"), []byte(test.load))
			var told []capacity.Notice
			w.ports.notify = func(_ context.Context, in records.NoticeInput) error {
				told = append(told, in.Notice)
				return nil
			}
			w.policy.Notify = capacity.Notify{{To: "env:OPS", On: capacity.Urgent()}}
			env := w.env()
			env.ExecuteWorkflow(workflows.Retrain, workflows.RetrainInput{Service: w.forced(t, w.policy)})
			err := env.GetWorkflowError()
			if !failure.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v, want %v that says %q", err, test.want, test.says)
			}
			if len(told) != 1 || told[0].Kind != capacity.NoticeRefused || !strings.Contains(told[0].Text, test.says) {
				t.Errorf("told %+v, want of the refusal", told)
			}
			if data, _, err := w.acts.Store.Get(t.Context(), capacity.ChampionKey("web")); err != nil || !bytes.Contains(data, []byte(before.Version)) {
				t.Errorf("the champion is %s (%v), want still version %s", data, err, before.Version)
			}
		})
	}
}

// days is six days of half hours.
func days(value func(i int) string) string {
	var csv strings.Builder
	csv.WriteString("timestamp,requests\n")
	for i := range 6 * 48 {
		fmt.Fprintf(&csv, "%s,%s\n", origin.Add(time.Duration(i-6*48)*30*time.Minute).Format(time.RFC3339), value(i))
	}
	return csv.String()
}

func TestPlan_Modes(t *testing.T) {
	decide := func(update string) func(*testsuite.TestWorkflowEnvironment) {
		return func(env *testsuite.TestWorkflowEnvironment) {
			env.RegisterDelayedCallback(func() {
				var waiting workflows.PlanResult
				value, err := env.QueryWorkflow(workflows.StatusQuery)
				if err = errors.Join(err, value.Get(&waiting)); err != nil {
					panic(err)
				}
				env.UpdateWorkflow(update, "", updateCallbacks{}, workflows.Decision{Plan: waiting.Plan.Plan.ID, By: "ann"}, "")
			}, time.Minute)
		}
	}
	tests := map[string]struct {
		mode   capacity.Mode
		decide func(*testsuite.TestWorkflowEnvironment)
		want   workflows.PlanVerdict
		offers int
		badge  string
	}{
		"propose":  {mode: capacity.Propose, want: workflows.Proposed, badge: "proposed"},
		"auto":     {mode: capacity.Auto, want: workflows.HandedOver, offers: 1, badge: "approved, starting"},
		"approved": {mode: capacity.Approve, decide: decide(workflows.ApproveUpdate), want: workflows.HandedOver, offers: 1, badge: "awaiting approval"},
		"rejected": {mode: capacity.Approve, decide: decide(workflows.RejectUpdate), want: workflows.Rejected, badge: "rejected"},
		"expired":  {mode: capacity.Approve, want: workflows.Expired, badge: "approval expired"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.mode)
			env := w.env()
			if test.decide != nil {
				test.decide(env)
			}
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			var result workflows.PlanResult
			if err := env.GetWorkflowResult(&result); err != nil {
				t.Fatal(err)
			}
			if result.Verdict != test.want || len(w.offers) != test.offers {
				t.Errorf("got %s and %d offers, want %s and %d", result.Verdict, len(w.offers), test.want, test.offers)
			}
			if result.Plan.Changes == 0 || result.Plan.Expect.Peak < 12 {
				t.Errorf("got %d changes up to %d units; 1,300/s need 13", result.Plan.Changes, result.Plan.Expect.Peak)
			}
			page, _, err := w.acts.Store.Get(t.Context(), capacity.PlanKey("web", result.Plan.Plan.ID, "report.html"))
			if err != nil || !bytes.Contains(page, []byte(">"+test.badge+"<")) {
				t.Errorf("the report (%v) does not have the badge %q", err, test.badge)
			}
			if approve := bytes.Contains(page, []byte("headroom approve")); approve != (test.badge == "awaiting approval") {
				t.Errorf("the report tells how to approve: %t, with the badge %q", approve, test.badge)
			}
		})
	}
}

// updateCallbacks makes an update that is refused end the test loudly.
type updateCallbacks struct{}

func (updateCallbacks) Accept() {}

func (updateCallbacks) Reject(err error) { panic(err) }

func (updateCallbacks) Complete(_ any, err error) {
	if err != nil {
		panic(err)
	}
}

func TestIs_AcrossAnActivity(t *testing.T) {
	err := temporal.NewNonRetryableApplicationError("x", "TooShort", nil)
	if !failure.Is(err, capacity.ErrTooShort) || failure.Is(err, capacity.ErrNoData) {
		t.Error("a named error is not recognised for what it is")
	}
}
