package workflows_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities/retraining"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/models"
	"headroom/workflows"
)

// read decodes the JSON that is stored under key.
func (w *world) read(t *testing.T, key string, v any) {
	t.Helper()
	data, _, err := w.acts.Store.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
}

// only leaves the candidates of these names, each as change has it.
func (w *world) only(change func(capacity.Model) capacity.Model, names ...string) {
	w.acts.Models = func(step time.Duration) []capacity.Model {
		var pool []capacity.Model
		for _, m := range models.New(models.Seasons(step)) {
			if slices.Contains(names, m.Name()) {
				pool = append(pool, change(m))
			}
		}
		return pool
	}
}

func asItIs(m capacity.Model) capacity.Model { return m }

// retrainAt retrains so many hours after the origin.
func (w *world) retrainAt(t *testing.T, hours int) workflows.RetrainResult {
	t.Helper()
	env := w.env()
	env.SetStartTime(origin.Add(time.Duration(hours) * time.Hour))
	env.ExecuteWorkflow(workflows.Retrain, workflows.RetrainInput{Service: w.forced(t, w.policy)})
	var result workflows.RetrainResult
	if err := env.GetWorkflowResult(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

// decisions is what a retraining that met the champion decided, in order.
func (w *world) decisions(t *testing.T, version string, champion retraining.Champion) []backtest.Reason {
	t.Helper()
	var record struct{ Decisions []backtest.Decision }
	w.read(t, capacity.PromotionKey("web", version, champion.Trained.SHA256), &record)
	var reasons []backtest.Reason
	for _, d := range record.Decisions {
		reasons = append(reasons, d.Reason)
	}
	return reasons
}

// A twin is a model under another name.
type twin struct{ capacity.Model }

func (twin) Name() string { return "twin" }

// forgetful is a model that learns next to nothing when it is fitted anew.
type forgetful struct{ capacity.Model }

func (m forgetful) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	naive := models.New(models.Seasons(s.Step))[0]
	return naive.Fit(ctx, s)
}

func TestRetrain_Promotion(t *testing.T) {
	tests := map[string]struct {
		hours    int // between the first retraining and the second
		second   func(w *world)
		want     []backtest.Reason
		promoted bool
		model    string
		says     string
	}{
		"newer history": {
			hours: 24, second: func(w *world) { w.only(asItIs, "seasonal-naive-day") },
			want: []backtest.Reason{backtest.Refreshed}, promoted: true, model: "seasonal-naive-day", says: "newer history",
		},
		"newer history, and origins after the training": {
			hours: 10 * 24, second: func(w *world) { w.only(asItIs, "seasonal-naive-day") },
			want: []backtest.Reason{backtest.Refreshed}, promoted: true, model: "seasonal-naive-day", says: "the same as that of the champion seasonal-naive-day at",
		},
		"another model that is no better": {
			hours: 24, second: func(w *world) {
				m := w.acts.Models(w.policy.Demand.Step)[0]
				w.acts.Models = func(time.Duration) []capacity.Model { return []capacity.Model{twin{m}, m} }
				w.acts.Baseline = "twin"
			},
			want: []backtest.Reason{backtest.NoGain, backtest.Refreshed}, promoted: true, model: "seasonal-naive-day", says: "at least 2% less is needed",
		},
		"retrained and worse": {
			hours: 10 * 24, second: func(w *world) {
				w.only(func(m capacity.Model) capacity.Model { return forgetful{m} }, "seasonal-naive-day")
			},
			want: []backtest.Reason{backtest.Worse}, model: "seasonal-naive-day", says: "seasonal-naive-day stays: retrained, its loss is",
		},
		"a champion that this worker does not know": {
			hours: 24, second: func(w *world) { w.only(asItIs, "naive"); w.acts.Baseline = "naive" },
			want: []backtest.Reason{backtest.NoAnswer}, promoted: true, model: "naive", says: "has no forecast",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Auto)
			w.only(asItIs, "seasonal-naive-day")
			first := w.retrain(t)
			var before, after retraining.Champion
			w.read(t, capacity.ChampionKey("web"), &before)
			if got := w.decisions(t, first.Version, retraining.Champion{}); !slices.Equal(got, []backtest.Reason{backtest.First}) {
				t.Fatalf("the first decision: got %q, want %q", got, backtest.First)
			}
			w.later(t, test.hours, 1)
			test.second(w)
			second := w.retrainAt(t, test.hours)
			if second.Promoted != test.promoted || second.Model != test.model || !strings.Contains(second.Why, test.says) {
				t.Errorf("got promoted %t, %s, because %q, want %t, %s, %q", second.Promoted, second.Model, second.Why, test.promoted, test.model, test.says)
			}
			if got := w.decisions(t, second.Version, before); !slices.Equal(got, test.want) {
				t.Errorf("decisions: got %q, want %q", got, test.want)
			}
			w.read(t, capacity.ChampionKey("web"), &after)
			if test.promoted {
				if after.Version != second.Version || after.Outlasted != 0 {
					t.Errorf("champion: got %+v, want version %s, which has outlasted none", after, second.Version)
				}
				return
			}
			if after.Trained != before.Trained || after.Outlasted != 1 {
				t.Errorf("champion: got %+v, want that of before with one outlasted", after)
			}
			// The same retraining again finds the same, and counts once.
			if again := w.retrainAt(t, test.hours); again.Why != second.Why {
				t.Errorf("again: got %q, want %q", again.Why, second.Why)
			}
			w.read(t, capacity.ChampionKey("web"), &after)
			if after.Outlasted != 1 {
				t.Errorf("again: got %d outlasted, want 1", after.Outlasted)
			}
		})
	}
}
