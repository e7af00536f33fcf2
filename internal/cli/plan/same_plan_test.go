package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"headroom/activities"
	"headroom/activities/histories"
	"headroom/activities/planning"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/internal/cli/session"
	"headroom/models"
	"headroom/pipeline"
)

// TestPlanOffline_SameAsDurable: from the same history, at the same time, with the same
// units running, the activities and the command line make the same plan to the byte. Only
// what a service's store adds differs: references, and the note on a missing champion.
func TestPlanOffline_SameAsDurable(t *testing.T) {
	end := time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		days   int
		states string
		change func(p *capacity.Policy)
	}{
		"one pool":            {7, "2", func(*capacity.Policy) {}},
		"no model, mode auto": {0, "9", func(p *capacity.Policy) { p.Control.Mode = capacity.Auto }},
		"a floor":             {7, "2", func(p *capacity.Policy) { p.Control.Floor.Dynamic = 0.2 }},
		"by cost":             {7, "2", func(p *capacity.Policy) { p.Forecast.ByCost = true }},
		"two pools": {7, "2,1", func(p *capacity.Policy) {
			p.Pools = append(p.Pools, capacity.Pool{Name: "b", Target: "sim://b?leadTime=5m&units=1", UnitRate: 50, Max: 9, Price: 0.4, LeadTime: 5 * time.Minute})
		}},
		"a learnt unit rate": {7, "2", func(p *capacity.Policy) {
			p.Pools[0].UnitRate, p.Pools[0].Learn = 0, capacity.Learn{Units: "replicas", Utilisation: "cpu", At: 0.6}
		}},
		"by cost, a learnt unit rate": {7, "2", func(p *capacity.Policy) {
			// Max limits every plan, so a comparison by plans at the learnt rate would choose
			// another model than the one without limits, as before the rate is learnt.
			p.Forecast.ByCost, p.Pools[0].Max = true, 3
			p.Pools[0].UnitRate, p.Pools[0].Learn = 0, capacity.Learn{Units: "replicas", Utilisation: "cpu", At: 0.6}
		}},
		"what cannot be learnt": {7, "2", func(p *capacity.Policy) {
			p.Pools[0].Learn = capacity.Learn{Units: "replicas", Utilisation: "constant", At: 0.6}
		}},
		"a lead time to measure": {7, "2", func(p *capacity.Policy) { p.Pools[0].Measured = 0.9 }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeLoad(t, filepath.Join(dir, "load", "a.csv"), end, test.days)
			p := capacity.Policy{
				Service:   "web",
				Demand:    capacity.Demand{Source: "file://" + filepath.Join(dir, "load") + "/", Time: "timestamp", Value: "requests", Aggregate: capacity.Sum, Step: 30 * time.Minute, Timezone: "Asia/Shanghai", Window: 14 * 24 * time.Hour},
				Forecast:  capacity.Outlook{Horizon: 24 * time.Hour},
				Pools:     []capacity.Pool{{Name: "a", Target: "sim://a?leadTime=5m&units=" + capacity.TargetName(strings.Split(test.states, ",")[0]), UnitRate: 100, Min: 2, Max: 30, Price: 1, LeadTime: 5 * time.Minute}},
				Objective: capacity.Objective{Missing: 40},
				Control:   capacity.Control{Mode: capacity.Propose},
			}
			test.change(&p)
			durable := planByActivities(t, dir, p, end)

			c := &cobra.Command{}
			c.SetContext(t.Context())
			c.SetErr(&bytes.Buffer{})
			in, err := readOffline(c, p, planFlags{files: local.Source{}, history: filepath.Join(dir, "load"), units: test.states, replay: session.Replay{Speed: 1, AsOf: end.Format(time.RFC3339)}})
			if err != nil {
				t.Fatal(err)
			}
			offline, err := in.plan()
			if err != nil {
				t.Fatal(err)
			}

			notes := len(durable.Plan.Notes)
			durable.Plan.Notes = slices.DeleteFunc(durable.Plan.Notes, func(note string) bool { return strings.Contains(note, "no model is trained yet") })
			if notes != len(durable.Plan.Notes)+1 {
				t.Errorf("%d notes say that there is no champion, want one: %q", notes-len(durable.Plan.Notes), durable.Plan.Notes)
			}
			offline.Forecast, offline.Table, offline.Board = durable.Forecast, durable.Table, durable.Board
			if diff := cmp.Diff(written(t, durable), written(t, offline)); diff != "" {
				t.Errorf("durable and offline plan differ (-durable +offline):\n%s", diff)
			}
		})
	}
}

// planByActivities makes the plan as the workflow Plan orders it.
func planByActivities(t *testing.T, dir string, p capacity.Policy, now time.Time) pipeline.StoredPlan {
	t.Helper()
	store := local.Store{Dir: filepath.Join(dir, "store")}
	a := activities.New(activities.Ports{
		Store:   store,
		Sources: func(string) (history.Source, error) { return local.Source{}, nil },
		Targets: func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
			return local.Fleet{Dir: filepath.Join(dir, "targets"), Now: now}.Target(name)
		},
		Models: func(step time.Duration) []capacity.Model { return models.New(models.Seasons(step)) },
		Now:    func() time.Time { return now },
	})
	ctx := context.Background()
	fetched, err := a.Fetch(ctx, histories.FetchInput{Policy: p, Until: now, Columns: true})
	if err != nil {
		t.Fatal(err)
	}
	forecast, err := a.Forecast(ctx, planning.ForecastInput{Policy: p, Table: fetched.Table, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	planned, err := a.Optimise(ctx, planning.OptimiseInput{Policy: p, Clock: capacity.Clock{}, Now: now, Forecast: forecast, Table: fetched.Table, Columns: fetched.Columns})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := session.StoredPlan(ctx, store, p.Service, planned.Plan.ID)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// writeLoad writes days of load in steps of half an hour up to end, six hours of it for
// none, and beside it how many units served it and how busy they were.
func writeLoad(t *testing.T, path string, end time.Time, days int) {
	t.Helper()
	from := end.AddDate(0, 0, -days)
	if days == 0 {
		from = end.Add(-6 * time.Hour)
	}
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests,replicas,cpu,constant")
	i := 0
	for at := from; at.Before(end); at = at.Add(30 * time.Minute) {
		rate := 700 - 600*math.Cos(2*math.Pi*float64(at.Hour())/24) + float64(i*37%41)
		replicas := 4 + i%5
		fmt.Fprintf(&csv, "%s,%.0f,%d,%.4f,0.5\n", at.Format(time.RFC3339), rate*1800, replicas, rate/(250*float64(replicas)))
		i++
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, csv.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// written is a plan as it is stored.
func written(t *testing.T, stored pipeline.StoredPlan) string {
	t.Helper()
	data, err := json.MarshalIndent(stored, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
