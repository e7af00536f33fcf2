package workflows_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/failure"
	"headroom/activities/fleet"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
	"headroom/workflows"
)

// many is so many services like that of the world, each with a column of its own
// in one shared place. Some are then spoilt.
func (w *world) many(t *testing.T, n int) []capacity.Policy {
	t.Helper()
	var csv bytes.Buffer
	csv.WriteString("timestamp,zeros")
	for i := range n {
		fmt.Fprintf(&csv, ",s%02d", i)
	}
	for at := origin.Add(-6 * 24 * time.Hour); at.Before(origin); at = at.Add(30 * time.Minute) {
		fmt.Fprintf(&csv, "\n%s,0", at.Format(time.RFC3339))
		rate := 100 + 100*(12-max(at.Hour()-12, 12-at.Hour())) + at.YearDay()%3
		for i := range n {
			fmt.Fprintf(&csv, ",%d", (rate+i)*1800)
		}
	}
	write(t, filepath.Join(w.dir, "shared", "a.csv"), csv.Bytes())
	policies := make([]capacity.Policy, n)
	for i := range policies {
		p := w.policy
		p.Service = fmt.Sprintf("s%02d", i)
		p.Demand.Source = "file://" + filepath.Join(w.dir, "shared") + "/"
		p.Demand.Value = p.Service
		p.Pools = slices.Clone(p.Pools)
		p.Pools[0].Target = capacity.TargetName(fmt.Sprintf("sim://%s?units=2", p.Service))
		policies[i] = p
	}
	return policies
}

// fleet runs over the services, and returns the summary in short and in full.
func (w *world) fleet(t *testing.T, kind fleet.Kind, chunk int, policies []capacity.Policy) (fleet.SummariseResult, fleet.Summary) {
	t.Helper()
	list := w.list(t, policies)
	env := w.env()
	env.SetTestTimeout(time.Minute) // of the wall: a chunk is long
	env.ExecuteWorkflow(workflows.Fleet, workflows.FleetState{Kind: kind, List: list, Chunk: chunk, Width: 2})
	var result fleet.SummariseResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	var summary fleet.Summary
	w.read(t, result.Summary.Key, &summary)
	return result, summary
}

// list stores the services of a fleet.
func (w *world) list(t *testing.T, policies []capacity.Policy) capacity.Ref {
	t.Helper()
	var members fleet.List
	for _, p := range policies {
		members.Services = append(members.Services, fleet.Member{Service: w.forced(t, p)})
	}
	data, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.acts.Store.Put(t.Context(), capacity.FleetListKey(capacity.RefTo("", data).SHA256), data)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// counting reads like a local source, and counts what is read for whom.
type counting struct {
	local.Source
	places *int
}

func (c counting) FetchEach(ctx context.Context, asks []history.Ask) []history.Got {
	*c.places++
	return c.Source.FetchEach(ctx, asks)
}

func (c counting) Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (history.Table, error) {
	*c.places++
	return c.Source.Fetch(ctx, d, from, to)
}

// TestFleet_LikeOneByOne: a fleet's models and plans are those of the workflows
// for one service, its shared source is read once, what fails is named, and
// nothing else suffers from it.
func TestFleet_LikeOneByOne(t *testing.T) {
	w, alone := newWorld(t, capacity.Auto), newWorld(t, capacity.Auto)
	policies := w.many(t, 7)
	policies[2].Demand.Value = "zeros"
	policies[4].Demand.Source = "file://" + filepath.Join(w.dir, "nowhere") + "/"
	policies[5].Control.Mode = capacity.Propose
	var delivered []string
	w.ports.deliver = func(_ context.Context, in fleet.DeliverInput) (string, error) {
		verdict, _ := workflows.VerdictOn(in.Policy, in.Plan)
		delivered = append(delivered, in.Policy.Service+" "+string(verdict))
		return string(verdict), nil
	}
	places := 0
	w.acts.Sources = func(string) (history.Source, error) { return counting{places: &places}, nil }

	result, summary := w.fleet(t, fleet.Retrain, 2, policies)
	if diff := cmp.Diff(map[string]int{"promoted": 5, "failed": 2}, result.Verdicts); diff != "" || result.Services != 7 || result.Failed != 2 {
		t.Errorf("got %+v (-want +got):\n%s", result, diff)
	}
	if !strings.Contains(result.Story, "7 services: 2 failed, 5 promoted.") || !strings.Contains(result.Story, "**s04**: ") {
		t.Errorf("got story %q, want the counts and each failure", result.Story)
	}
	if places != 2 {
		t.Errorf("two places were read %d times", places)
	}
	var told []string
	for _, f := range summary.Failures {
		told = append(told, f.Service+": "+f.Why)
	}
	if len(told) != 2 || !strings.HasPrefix(told[0], "s02: ") || !strings.Contains(told[0], "nothing but zeros") || !strings.HasPrefix(told[1], "s04: ") || !strings.Contains(told[1], "nowhere") {
		t.Errorf("got failures %q", told)
	}
	if again, _ := w.fleet(t, fleet.Retrain, 3, policies); again.Verdicts["promoted"] != 5 {
		t.Errorf("the same again: got %v, want the same champions confirmed", again.Verdicts)
	}

	result, _ = w.fleet(t, fleet.Plan, 2, policies)
	if diff := cmp.Diff(map[string]int{"handed over": 4, "proposed": 1, "failed": 2}, result.Verdicts); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
	slices.Sort(delivered)
	if diff := cmp.Diff([]string{"s00 handed over", "s01 handed over", "s03 handed over", "s05 proposed", "s06 handed over"}, delivered); diff != "" {
		t.Errorf("delivered (-want +got):\n%s", diff)
	}

	for _, i := range []int{0, 6} {
		alone.policy = policies[i]
		alone.retrain(t)
		env := alone.env()
		env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: alone.forced(t, policies[i])})
		alone.planned(t, env)
		for _, key := range []string{capacity.ChampionKey(policies[i].Service), capacity.CurrentPlanKey(policies[i].Service)} {
			want, _, err := alone.acts.Store.Get(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := w.acts.Store.Get(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-alone +fleet):\n%s", key, diff)
			}
		}
	}
}

// TestFleet_LearntRates: what unit rates are learnt from is read together with the
// load, and gives the plan that the service has alone.
func TestFleet_LearntRates(t *testing.T) {
	w, alone := newWorld(t, capacity.Propose), newWorld(t, capacity.Propose)
	policies := w.many(t, 2)
	var csv bytes.Buffer
	csv.WriteString("timestamp,s00,s01,cpu,replicas\n")
	for at := origin.Add(-6 * 24 * time.Hour); at.Before(origin); at = at.Add(30 * time.Minute) {
		rate := 100 + 100*(12-max(at.Hour()-12, 12-at.Hour())) + at.YearDay()%3
		fmt.Fprintf(&csv, "%s,%d,%d,%.4f,10\n", at.Format(time.RFC3339), rate*1800, rate*1800, 0.05+float64(rate)/1500)
	}
	write(t, filepath.Join(w.dir, "shared", "a.csv"), csv.Bytes())
	for i := range policies {
		policies[i].Pools[0].Learn = capacity.Learn{Units: "replicas", Utilisation: "cpu", At: 0.6}
		policies[i].Pools[0].UnitRate = 0
	}
	places := 0
	w.acts.Sources = func(string) (history.Source, error) { return counting{places: &places}, nil }
	w.ports.deliver = func(context.Context, fleet.DeliverInput) (string, error) { return "proposed", nil }
	if result, summary := w.fleet(t, fleet.Plan, 2, policies); result.Verdicts["proposed"] != 2 || places != 1 {
		t.Fatalf("got %+v and the place read %d times, want two plans and one reading", summary, places)
	}
	alone.policy = policies[1]
	env := alone.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: alone.forced(t, policies[1])})
	alone.planned(t, env)
	want, got := alone.storedPlan(t, "s01"), w.storedPlan(t, "s01")
	if diff := cmp.Diff(want, got); diff != "" || !strings.Contains(strings.Join(got.Notes, " "), "cpu") {
		t.Errorf("plan (-alone +fleet):\n%s", diff)
	}
}

// flaky is a source that fails so often with an error that may pass.
type flaky struct {
	local.Source
	left *int
}

func (f flaky) FetchEach(ctx context.Context, asks []history.Ask) []history.Got {
	if *f.left > 0 {
		*f.left--
		return history.Fail(asks, errors.New("the line is dead"))
	}
	return f.Source.FetchEach(ctx, asks)
}

// TestFleet_TriesAgain: what may pass is tried again, and what does not pass
// costs one service its turn, and not the others.
func TestFleet_TriesAgain(t *testing.T) {
	for name, test := range map[string]struct {
		failures int
		want     map[string]int
	}{
		"passes": {3, map[string]int{"promoted": 3}},
		"stays":  {5, map[string]int{"promoted": 2, "failed": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			policies := w.many(t, 3)
			for i := range policies { // places of their own
				write(t, filepath.Join(w.dir, policies[i].Service, "a.csv"), mustReadFile(t, filepath.Join(w.dir, "shared", "a.csv")))
				policies[i].Demand.Source = "file://" + filepath.Join(w.dir, policies[i].Service) + "/"
			}
			left := test.failures
			w.acts.Sources = func(string) (history.Source, error) { return flaky{left: &left}, nil }
			if result, _ := w.fleet(t, fleet.Retrain, 3, policies); !cmp.Equal(result.Verdicts, test.want) {
				t.Errorf("got %v, want %v", result.Verdicts, test.want)
			}
		})
	}
}

// TestFleet_DeadSource: a source that stays away is given up for all who share it.
func TestFleet_DeadSource(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	policies := w.many(t, 6)
	left := 1000
	w.acts.Sources = func(string) (history.Source, error) { return flaky{left: &left}, nil }
	result, _ := w.fleet(t, fleet.Retrain, 6, policies)
	if result.Failed != 6 || 1000-left > 10 {
		t.Errorf("got %v after %d tries, want six failures after a few", result.Verdicts, 1000-left)
	}
}

func mustReadFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestFleet_ContinuesAsNew: a run whose history gets long begins no more chunks,
// and the one that continues it does the rest.
func TestFleet_ContinuesAsNew(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	policies := w.many(t, 5)
	for i := range policies {
		write(t, filepath.Join(w.dir, policies[i].Service, "a.csv"), mustReadFile(t, filepath.Join(w.dir, "shared", "a.csv")))
		policies[i].Demand.Source = "file://" + filepath.Join(w.dir, policies[i].Service) + "/"
	}
	list := w.list(t, policies)
	env := w.env()
	env.SetTestTimeout(time.Minute)
	env.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		env.SetContinueAsNewSuggested(info.ActivityType.Name == "Chunk")
	})
	env.ExecuteWorkflow(workflows.Fleet, workflows.FleetState{Kind: fleet.Retrain, List: list, Chunk: 1, Width: 2})
	on, is := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
	if !is {
		t.Fatalf("got %v, want it continued as new", env.GetWorkflowError())
	}
	var state workflows.FleetState
	if err := converter.GetDefaultDataConverter().FromPayloads(on.Input, &state); err != nil {
		t.Fatal(err)
	}
	if state.Next == 0 || state.Next >= state.Chunks || state.Done != state.Next {
		t.Fatalf("got state %+v, want it in the middle, and nothing begun that is not done", state)
	}
	env = w.env()
	env.SetTestTimeout(time.Minute)
	env.SetContinuedExecutionRunID("the run before")
	env.ExecuteWorkflow(workflows.Fleet, state)
	var result fleet.SummariseResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	if result.Services != 5 || result.Verdicts["promoted"] != 5 {
		t.Errorf("got %+v, want all five services", result)
	}
}

// TestFleet_SharesQuota: services that want more than their quota has get what is
// worth most, never more than it in all, and a plan of one alone keeps to it.
func TestFleet_SharesQuota(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	policies := w.many(t, 3)
	w.ports.deliver = func(context.Context, fleet.DeliverInput) (string, error) { return "proposed", nil }
	w.acts.Sources = func(string) (history.Source, error) { return local.Source{}, nil }
	for i := range policies {
		policies[i].Pools[0].Quota = "g5"
		policies[i].Objective.Missing = float64(20 * (i + 1)) // the last is worth most
	}
	env := w.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, policies[0])})
	if err := env.GetWorkflowError(); !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), "headroom fleet plan DIR --quota g5=UNITS") {
		t.Errorf("without a share: got %v, want it refused with what to do", err)
	}
	peaks := func(quota capacity.Units) (peaks []capacity.Units, result fleet.SummariseResult) {
		env := w.env()
		env.SetTestTimeout(time.Minute)
		env.ExecuteWorkflow(workflows.Fleet, workflows.FleetState{Kind: fleet.Plan, List: w.list(t, policies), Chunk: 2, Quotas: []fleet.Quota{{Name: "g5", Units: quota}}})
		if err := env.GetWorkflowResult(&result); err != nil {
			t.Fatal(err)
		}
		for _, p := range policies {
			peaks = append(peaks, w.planOf(t, p.Service))
		}
		return peaks, result
	}
	free, result := peaks(90)
	if s := result.Shared.Quotas; len(s) != 1 || s[0].Pools != 3 || s[0].Wanted != free[0]+free[1]+free[2] || s[0].Note != "" {
		t.Fatalf("got %+v for peaks %v, want all that is wanted shared out", s, free)
	}
	const scarce = 24
	short, result := peaks(scarce)
	if sum := short[0] + short[1] + short[2]; sum > scarce || sum < scarce-3 || short[0] > short[1] || short[1] > short[2] || result.Failed > 0 {
		t.Errorf("got peaks %v of %d units (free: %v), want nearly all of them used, and the more the more they are worth", short, scarce, free)
	}
	env = w.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, policies[0])})
	if alone := w.planOf(t, "s00"); alone != short[0] || !strings.Contains(w.planNotes(t, "s00"), fmt.Sprintf("of the %d units of the quota g5", scarce)) {
		t.Errorf("planned alone: got a peak of %d and notes %q, want the share of %d kept and told", alone, w.planNotes(t, "s00"), short[0])
	}
	_, result = peaks(4)
	if len(result.Shared.Quotas) != 1 || !strings.Contains(result.Shared.Quotas[0].Note, "it takes a quota of at least 6") {
		t.Errorf("less than all minima: got %+v, want it said", result.Shared)
	}
}

// storedPlan is the service's current plan.
func (w *world) storedPlan(t *testing.T, service string) capacity.Plan {
	t.Helper()
	var current capacity.PlanRef
	w.read(t, capacity.CurrentPlanKey(service), &current)
	var stored pipeline.StoredPlan
	w.read(t, current.Ref.Key, &stored)
	return stored.Plan
}

// planOf is the peak of the service's current plan.
func (w *world) planOf(t *testing.T, service string) capacity.Units {
	t.Helper()
	peak := capacity.Units(0)
	for _, step := range w.storedPlan(t, service).Pools[0].Steps {
		peak = max(peak, step.Units)
	}
	return peak
}

func (w *world) planNotes(t *testing.T, service string) string {
	t.Helper()
	return strings.Join(w.storedPlan(t, service).Notes, "\n")
}
