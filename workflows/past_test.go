package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities/failure"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/pipeline"
	"headroom/workflows"
)

// stubborn is a model of any name that can neither be fitted nor loaded.
type stubborn string

func (m stubborn) Name() string { return string(m) }

func (m stubborn) Fit(context.Context, capacity.Series) (capacity.Fitted, error) {
	return nil, fmt.Errorf("model %q: %w", string(m), capacity.ErrExploded)
}

func (m stubborn) Load([]byte) (capacity.Fitted, error) {
	return nil, fmt.Errorf("model %q: %w", string(m), capacity.ErrBadData)
}

// numberless is a model whose forecast is none.
type numberless struct{ capacity.Model }

func (m numberless) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	f, err := m.Model.Fit(ctx, s)
	return nothing{f}, err
}

func (m numberless) Load(data []byte) (capacity.Fitted, error) {
	f, err := m.Model.Load(data)
	return nothing{f}, err
}

type nothing struct{ capacity.Fitted }

func (nothing) Predict(_ context.Context, _ capacity.Series, h int) ([]float64, error) {
	return slices.Repeat([]float64{math.NaN()}, h), nil
}

// stored is the service's current plan.
func (w *world) stored(t *testing.T) pipeline.StoredPlan {
	t.Helper()
	var current capacity.PlanRef
	w.read(t, capacity.CurrentPlanKey("web"), &current)
	var stored pipeline.StoredPlan
	w.read(t, current.Ref.Key, &stored)
	return stored
}

// useless makes the names all the models there are, and none of them of use.
func (w *world) useless(names ...string) {
	w.acts.Models = func(time.Duration) []capacity.Model {
		var all []capacity.Model
		for _, name := range names {
			all = append(all, stubborn(name))
		}
		return all
	}
}

// hours is so many hours of load before the origin, up to 800 per second, which
// needs 8 units.
func hours(n int) string {
	var csv strings.Builder
	csv.WriteString("timestamp,requests\n")
	for i := range 2 * n {
		fmt.Fprintf(&csv, "%s,%d\n", origin.Add(time.Duration(i-2*n)*30*time.Minute).Format(time.RFC3339), 1800*(700+50*(i%3)))
	}
	return csv.String()
}

// TestPlan_WithoutAModel: whatever keeps the models from being used, there is a
// plan from the recent past, which says so, and in mode auto takes nothing away
// from the 20 units that were asked for before.
func TestPlan_WithoutAModel(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, w *world)
		mode    capacity.Mode
		least   capacity.Units
		want    capacity.Code
		says    string
	}{
		"too short": {
			func(t *testing.T, w *world) { write(t, filepath.Join(w.dir, "load", "a.csv"), []byte(hours(3))) },
			capacity.Auto, 20, capacity.CodeTooShort, "at least 24h is needed",
		},
		"too short, proposed": {
			func(t *testing.T, w *world) { write(t, filepath.Join(w.dir, "load", "a.csv"), []byte(hours(3))) },
			capacity.Propose, 8, capacity.CodeTooShort, "a day at least",
		},
		"all refused": {
			func(_ *testing.T, w *world) { w.useless("naive", "blend") },
			capacity.Auto, 20, capacity.CodeExploded, "look at the leaderboard",
		},
		"champion and all others give no number": {
			func(t *testing.T, w *world) {
				w.only(func(m capacity.Model) capacity.Model { return numberless{m} }, w.retrain(t).Model, "naive")
			},
			capacity.Auto, 20, capacity.CodeNotFinite, "not finite: the champion could not forecast",
		},
		"champion unusable, and no other": {
			func(t *testing.T, w *world) { w.useless(w.retrain(t).Model) },
			capacity.Auto, 20, capacity.CodeExploded, "unreadable data: the champion could not forecast",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.mode)
			w.policy.Pools[0].Target = "sim://web?leadTime=5m&units=20"
			test.prepare(t, w)
			env := w.env()
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			result, plan := w.planned(t, env), w.stored(t)
			if plan.Code != test.want || plan.Plan.Model != backtest.PastModel {
				t.Errorf("got code %q and model %q, want %q and the recent past", plan.Code, plan.Plan.Model, test.want)
			}
			notes := strings.Join(plan.Plan.Notes, "\n")
			for _, says := range []string{string(test.want) + ": NO MODEL MAY BE USED", test.says} {
				if !strings.Contains(notes, says) || !strings.Contains(result.Plan.Summary, strings.Fields(says)[0]) {
					t.Errorf("got notes %q, want one with %q, in the summary too", notes, says)
				}
			}
			for _, step := range plan.Plan.Pools[0].Steps {
				if step.Units < test.least || (test.mode == capacity.Propose && step.Units >= 20 && step.Start.After(origin)) {
					t.Fatalf("%s runs %d units, want at least %d, and fewer than 20 only if a person sees it", step.Start, step.Units, test.least)
				}
			}
			if held := strings.Contains(notes, "is kept at 20 units or more"); held != (test.mode == capacity.Auto) {
				t.Errorf("got notes %q in mode %s", notes, test.mode)
			}
			if plan.Policy.Pools[0].Min != 2 {
				t.Errorf("the stored policy has min %d, want the operator's 2", plan.Policy.Pools[0].Min)
			}
			page, _, err := w.acts.Store.Get(t.Context(), capacity.PlanKey("web", plan.Plan.ID, "report.html"))
			if err != nil || !strings.Contains(string(page), "No model stands behind this plan: "+string(test.want)) {
				t.Errorf("the page (%v) does not say that no model stands behind the plan", err)
			}
		})
	}
}

// TestPlan_ChampionUnusable: the others take its place, and a note says why.
func TestPlan_ChampionUnusable(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	champion, models := w.retrain(t).Model, w.acts.Models
	w.acts.Models = func(step time.Duration) []capacity.Model {
		all := models(step)
		for i, m := range all {
			if m.Name() == champion {
				all[i] = stubborn(champion)
			}
		}
		return all
	}
	env := w.env()
	env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
	w.planned(t, env)
	plan, notes := w.stored(t), w.notes(t)
	if plan.Code != "" || plan.Plan.Model == backtest.PastModel || plan.Plan.Model == champion {
		t.Errorf("got code %q and model %q, want another model than %q", plan.Code, plan.Plan.Model, champion)
	}
	for _, says := range []string{"unreadable data: the champion could not forecast", "was chosen from the history at hand", champion + " (exploded)"} {
		if !strings.Contains(notes, says) {
			t.Errorf("got notes %q, want one with %q", notes, says)
		}
	}
}

// TestPlan_SaysNothing: without a measurement, or with nothing but zeros, there
// is nothing to plan from; the code says so, and nothing is changed.
func TestPlan_SaysNothing(t *testing.T) {
	for name, test := range map[string]struct {
		load string
		want error
	}{
		"one step":  {"timestamp,requests\n2026-03-07T23:30:00Z,1440000\n", capacity.ErrNoData},
		"empty":     {"timestamp,requests\n", capacity.ErrNoData},
		"all zeros": {days(func(int) string { return "0" }), capacity.ErrAllZero},
		"one value": {days(func(int) string { return "7" }), capacity.ErrConstant},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			write(t, filepath.Join(w.dir, "load", "a.csv"), []byte(test.load))
			env := w.env()
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			err := env.GetWorkflowError()
			if !failure.Is(err, test.want) || !strings.Contains(err.Error(), string(capacity.CodeOf(test.want))) || len(w.offers) != 0 {
				t.Errorf("got %v and %d offers, want %v and none", err, len(w.offers), test.want)
			}
			if _, _, err := w.acts.Store.Get(t.Context(), capacity.CurrentPlanKey("web")); !errors.Is(err, capacity.ErrNotFound) {
				t.Errorf("got %v, want no current plan", err)
			}
		})
	}
}
