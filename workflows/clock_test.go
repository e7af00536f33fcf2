package workflows_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/workflows"
)

// A watcher is a model that keeps what was the first news of every update.
type watcher struct {
	capacity.Model
	news *[]float64
}

func (m watcher) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	f, err := m.Model.Fit(ctx, s)
	return learner{f, m.news}, err
}

func (m watcher) Load(data []byte) (capacity.Fitted, error) {
	f, err := m.Model.Load(data)
	return learner{f, m.news}, err
}

type learner struct {
	capacity.Fitted
	news *[]float64
}

func (f learner) Update(_ context.Context, s capacity.Series, seen int) (capacity.Fitted, error) {
	*f.news = append(*f.news, s.Values[seen])
	return f, nil
}

// TestPlan_UpdatesAcrossAChangeOfClocks: what a champion takes in begins with
// the first step that it has not seen, also where a clock was put forward or
// back since the history began. Every step of the load has a value of its own.
func TestPlan_UpdatesAcrossAChangeOfClocks(t *testing.T) {
	for name, trained := range map[string]time.Time{
		"winter": time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC),
		"spring": time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC),
		"autumn": time.Date(2026, 10, 26, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, capacity.Propose)
			w.policy.Demand.Timezone = "Europe/Berlin"
			var news []float64
			w.only(func(m capacity.Model) capacity.Model { return watcher{m, &news} }, "seasonal-naive-day")
			load := func(at time.Time) int { return 1_000_000 + int(at.Sub(trained)/(30*time.Minute)) }
			var csv bytes.Buffer
			fmt.Fprintln(&csv, "timestamp,requests")
			for at := trained.Add(-6 * 24 * time.Hour); at.Before(trained.Add(12 * time.Hour)); at = at.Add(30 * time.Minute) {
				fmt.Fprintf(&csv, "%s,%d\n", at.Format(time.RFC3339), load(at))
			}
			write(t, filepath.Join(w.dir, "load", "a.csv"), csv.Bytes())
			w.retrainAt(t, int(trained.Sub(origin)/time.Hour))
			news = nil
			env := w.env()
			env.SetStartTime(trained.Add(12 * time.Hour))
			env.ExecuteWorkflow(workflows.Plan, workflows.PlanInput{Service: w.forced(t, w.policy)})
			w.planned(t, env)
			if len(news) == 0 || news[0] != float64(load(trained)) {
				t.Errorf("the first news are %v, want %d", news, load(trained))
			}
		})
	}
}
