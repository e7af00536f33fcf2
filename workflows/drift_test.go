package workflows_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/pipeline"
	"headroom/workflows"
)

// later adds so many hours of load after the origin, so many times as much as
// before on the same time of day.
func (w *world) later(t *testing.T, hours int, factor float64) {
	t.Helper()
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests")
	for at := origin; at.Before(origin.Add(time.Duration(hours) * time.Hour)); at = at.Add(30 * time.Minute) {
		rate := 100 + 100*(12-max(at.Hour()-12, 12-at.Hour())) + at.YearDay()%3
		fmt.Fprintf(&csv, "%s,%.0f\n", at.Format(time.RFC3339), factor*float64(rate*1800))
	}
	write(t, filepath.Join(w.dir, "load", "b.csv"), csv.Bytes())
}

// planAt makes a plan so many hours after the origin, and counts the
// retrainings that it starts.
func (w *world) planAt(t *testing.T, hours int) (result workflows.PlanResult, notes string, started int) {
	t.Helper()
	env := w.env()
	env.SetStartTime(origin.Add(time.Duration(hours) * time.Hour))
	env.SetOnChildWorkflowStartedListener(func(info *workflow.Info, _ workflow.Context, _ converter.EncodedValues) {
		if info.WorkflowExecution.ID == workflows.RetrainID("web") {
			started++
		}
	})
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
	return w.planned(t, env), w.notes(t), started
}

func (w *world) planned(t *testing.T, env *testsuite.TestWorkflowEnvironment) workflows.PlanResult {
	t.Helper()
	var result workflows.PlanResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

// notes is what the current plan tells its reader.
func (w *world) notes(t *testing.T) string {
	t.Helper()
	var current capacity.PlanRef
	w.read(t, capacity.CurrentPlanKey("web"), &current)
	var stored pipeline.StoredPlan
	w.read(t, current.Ref.Key, &stored)
	return strings.Join(stored.Plan.Notes, "\n")
}

func TestPlan_Drift(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	before := w.retrain(t)
	w.later(t, 12, 1.5)
	plan, notes, started := w.planAt(t, 12)
	if started != 1 || plan.Retrain != "retrain/web was started" || !strings.Contains(notes, "drifting: for ") || !strings.Contains(notes, "retrained now") {
		t.Fatalf("half as much again: got %d retrainings (%s), notes %q, want one and why", started, plan.Retrain, notes)
	}
	var champion retraining.Champion
	w.read(t, capacity.ChampionKey("web"), &champion)
	if champion.Version == before.Version && champion.Outlasted == 0 {
		t.Errorf("the champion is still %s %s, which was not judged again", champion.Model, champion.Version)
	}
	if plan, notes, started := w.planAt(t, 12); started != 0 {
		t.Errorf("just retrained: got %d retrainings (%s), notes %q, want none", started, plan.Retrain, notes)
	}
}

func TestPlan_NoDrift(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	w.retrain(t)
	w.later(t, 12, 1)
	if plan, notes, started := w.planAt(t, 12); started != 0 || plan.Retrain != "" || strings.Contains(notes, "drift") {
		t.Errorf("as ever: got %d retrainings (%s), notes %q, want none", started, plan.Retrain, notes)
	}
}

func TestPlan_DriftCoolsDown(t *testing.T) {
	w := newWorld(t, capacity.Propose)
	w.retrain(t)
	w.later(t, 4, 1.5)
	if plan, notes, started := w.planAt(t, 4); started != 0 || plan.Retrain != "" || !strings.Contains(notes, "not retrained before the history is 2h longer") {
		t.Errorf("4 hours after a retraining: got %d retrainings (%s), notes %q, want none and why", started, plan.Retrain, notes)
	}
}

// A retraining that cannot be started costs no plan.
func TestPlan_DriftRetrainFails(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	w.retrain(t)
	w.later(t, 12, 1.5)
	env := w.env()
	env.SetStartTime(origin.Add(12 * time.Hour))
	const anything = "mock.Anything" // as the test environment's mocks have it
	env.OnWorkflow(workflows.Retrain, anything, anything).Return(workflows.RetrainResult{}, testsuite.ErrMockStartChildWorkflowFailed)
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
	if plan := w.planned(t, env); plan.Verdict != workflows.HandedOver || plan.Retrain != "a retraining could not be started" {
		t.Errorf("got %s, %q, want a plan all the same", plan.Verdict, plan.Retrain)
	}
}
