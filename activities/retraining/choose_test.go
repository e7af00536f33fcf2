package retraining_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/activities"
	"headroom/activities/histories"
	"headroom/activities/retraining"
	"headroom/adapters/local"
	"headroom/backtest"
	"headroom/capacity"
	"headroom/history"
)

var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// at is the load of an hour since the start, and what there would be without the
// peak that each day has at another hour.
func at(hour int) (load, usual float64) {
	usual = 100 + 10*rand.New(rand.NewPCG(1, uint64(hour))).NormFloat64()
	if rand.New(rand.NewPCG(2, uint64(hour/24))).IntN(24) == hour%24 {
		return usual + 200, usual
	}
	return usual, usual
}

// A seer knows what comes: the usual load within 2, or all of it within 25.
type seer struct{ sees string }

func (m seer) Name() string { return m.sees }

func (m seer) Fit(context.Context, capacity.Series) (capacity.Fitted, error) { return m, nil }

func (m seer) Load([]byte) (capacity.Fitted, error) { return m, nil }

func (m seer) MarshalBinary() ([]byte, error) { return []byte(m.sees), nil }

func (m seer) Predict(_ context.Context, s capacity.Series, h int) ([]float64, error) {
	first := int(s.End().Sub(start) / time.Hour)
	point := make([]float64, h)
	for t := range point {
		load, usual := at(first + t)
		off := rand.New(rand.NewPCG(3, uint64(first+t))).NormFloat64()
		if point[t] = max(0, load+25*off); m.sees == "usual" {
			point[t] = usual + 2*off
		}
	}
	return point, nil
}

// retrain compares the two seers on four weeks of load as the policy has it, and
// lets the better one try to become champion.
func retrain(t *testing.T, ports activities.Ports, p capacity.Policy) (retraining.ChooseResult, backtest.Decision) {
	t.Helper()
	acts := activities.New(ports)
	ctx := t.Context()
	fetched, err := acts.Fetch(ctx, histories.FetchInput{Policy: p, Until: start.Add(28 * 24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	examined, err := acts.Examine(ctx, retraining.ExamineInput{Policy: p, Table: fetched.Table})
	if err != nil {
		t.Fatal(err)
	}
	s := capacity.Series{Start: start, Step: time.Hour}
	for hour := range 28 * 24 {
		load, _ := at(hour)
		s.Values = append(s.Values, load)
	}
	in := retraining.ChooseInput{Policy: p, Table: fetched.Table, Version: examined.Version}
	for _, m := range ports.Models(s.Step) {
		r, err := backtest.Run(ctx, m, s, backtest.Settings{Horizon: 24, Origins: 12}, nil)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := ports.Store.Put(ctx, capacity.BacktestKey(p.Service, examined.Version, m.Name()), data)
		if err != nil {
			t.Fatal(err)
		}
		in.Backtests = append(in.Backtests, ref)
	}
	choice, err := acts.Choose(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	trained, err := acts.Train(ctx, retraining.TrainInput{Policy: p, Table: fetched.Table, Version: examined.Version, Choice: choice})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := acts.Promote(ctx, retraining.PromoteInput{Service: p.Service, Challenger: trained.Champion, Earned: choice.Promote}); err != nil {
		t.Fatal(err)
	}
	var record struct{ Decisions []backtest.Decision }
	data, _, err := ports.Store.Get(ctx, choice.Promotion.Key)
	if err == nil {
		err = json.Unmarshal(data, &record)
	}
	if err != nil {
		t.Fatal(err)
	}
	return choice, record.Decisions[0]
}

// The usual load is forecast with the lower error, and its champion stays until
// the policy asks for what plans cost: then the model takes its place whose plans
// need no room for a peak at every hour. The planner keeps all limits.
func TestChoose_ByCost(t *testing.T) {
	dir := t.TempDir()
	var csv strings.Builder
	csv.WriteString("timestamp,value\n")
	for hour := range 28 * 24 {
		load, _ := at(hour)
		fmt.Fprintf(&csv, "%s,%v\n", start.Add(time.Duration(hour)*time.Hour).Format(time.RFC3339), load)
	}
	if err := os.WriteFile(filepath.Join(dir, "load.csv"), []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ports := activities.Ports{
		Store:    local.Store{Dir: filepath.Join(dir, "store")},
		Now:      time.Now,
		Sources:  func(string) (history.Source, error) { return local.Source{}, nil },
		Models:   func(time.Duration) []capacity.Model { return []capacity.Model{seer{"usual"}, seer{"all"}} },
		Baseline: "usual",
	}
	p := capacity.Policy{
		Service:   "web",
		Demand:    capacity.Demand{Source: "file://" + filepath.Join(dir, "load.csv"), Time: "timestamp", Value: "value", Aggregate: capacity.Mean, Step: time.Hour, Timezone: "UTC", Window: 28 * 24 * time.Hour},
		Forecast:  capacity.Outlook{Horizon: 24 * time.Hour},
		Pools:     []capacity.Pool{{Name: "a", Target: "sim://web", UnitRate: 10, Min: 2, Max: 60, Price: 1, LeadTime: 5 * time.Minute}},
		Objective: capacity.Objective{Missing: 100},
	}
	choice, decision := retrain(t, ports, p)
	if choice.Winner != "usual" || decision.Reason != backtest.First {
		t.Fatalf("by error: got %s (%s), %q, want usual as the first", choice.Winner, choice.Why, decision.Reason)
	}
	p.Forecast.ByCost = true
	choice, decision = retrain(t, ports, p)
	if choice.Winner != "all" || !choice.Promote || decision.Reason != backtest.Cheaper {
		t.Errorf("by cost: got %s (%s), %q, want all, because its plans are cheaper", choice.Winner, choice.Why, decision.Reason)
	}
	if x := choice.Score.Outlay; x == nil || x.Promised != 0.01 || x.Ratio >= 1 {
		t.Errorf("by cost: got outlay %+v, want less than the baseline's where 1%% of the steps are short", x)
	}
	// The same again under other prices is a choice of its own.
	p.Objective.Missing = 4
	if choice, decision = retrain(t, ports, p); choice.Winner != "usual" {
		t.Errorf("where a quarter of the steps may be short: got %s (%s), want usual", choice.Winner, choice.Why)
	}
	if x := decision.Champion.Outlay; x == nil || decision.Champion.Model != "all" || decision.Challenger.Outlay.Ratio >= 1 {
		t.Errorf("got decision %+v, want the outlays of both", decision)
	}
}
