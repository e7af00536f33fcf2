package restore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/activities"
	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/activities/fleet"
	"headroom/activities/histories"
	"headroom/activities/oversight"
	"headroom/activities/planning"
	"headroom/activities/policies"
	"headroom/activities/retraining"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/executor/event"
	"headroom/history"
	"headroom/internal/restore"
	"headroom/models"
	"headroom/policy"
)

// conductors run for every service, and take what they are offered.
type conductors struct{ activities.Conductor }

func (conductors) Offer(context.Context, execution.TakeInput) error { return nil }

func (conductors) Running(context.Context, string) (bool, error) { return true, nil }

// anybody is who they claim to be.
type anybody struct{}

func (anybody) Identify(_ context.Context, in policies.AdmitInput) (capacity.Identity, error) {
	return capacity.Identity{Name: in.By}, nil
}

func (anybody) SignStart(context.Context, policies.Schedule) (string, error) { return "", nil }

var now = time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)

const target capacity.TargetName = "sim://web?leadTime=5m&units=4&max=45"

const webPolicy = `
service: web
demand: {source: "file://%s", time: timestamp, value: value, aggregate: mean, step: 1h, timezone: UTC, window: 7d}
forecast: {horizon: 24h}
capacity:
  pools: [{name: a, target: "` + string(target) + `", unitRate: 10, min: 2, max: 60, price: 1, leadTime: 5m}]
objective: {missing: 40}
control: {mode: auto}
`

// full is a store after a service has been retrained, planned, carried out, ordered
// about and prepared for an event.
func full(t *testing.T) local.Store {
	t.Helper()
	dir := t.TempDir()
	store := local.Store{Dir: filepath.Join(dir, "store")}
	a := activities.New(activities.Ports{
		Store:   store,
		Sources: func(string) (history.Source, error) { return local.Source{}, nil },
		Targets: func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
			return local.Fleet{Dir: filepath.Join(dir, "fleet"), Now: now}.Target(name)
		},
		Models:    func(step time.Duration) []capacity.Model { return models.New(models.Seasons(step))[:2] },
		Baseline:  models.New(models.Seasons(time.Hour))[0].Name(),
		Now:       func() time.Time { return now },
		Conductor: conductors{}, Identifier: anybody{},
	})
	var csv strings.Builder
	csv.WriteString("timestamp,value\n")
	for hour := range 7 * 24 {
		fmt.Fprintf(&csv, "%s,%d\n", now.Add(time.Duration(hour-7*24)*time.Hour).Format(time.RFC3339), 30+5*(hour%24)+hour%7)
	}
	ok(t, os.WriteFile(filepath.Join(dir, "load.csv"), []byte(csv.String()), 0o600))
	p, _, err := policy.Parse("web.yaml", strings.NewReader(fmt.Sprintf(webPolicy, filepath.Join(dir, "load.csv"))))
	ok(t, err)
	ctx := t.Context()
	_, err = a.PutPolicy(ctx, policies.PutInput{Policy: p, By: "ann", Why: "the first", ID: "apply/1"})
	ok(t, err)
	table, err := a.Fetch(ctx, histories.FetchInput{Policy: p, Until: now})
	ok(t, err)
	promote(t, a, p, table.Table)
	forecast, err := a.Forecast(ctx, planning.ForecastInput{Policy: p, Table: table.Table, Now: now})
	ok(t, err)
	plan, err := a.Optimise(ctx, planning.OptimiseInput{Policy: p, Now: now, Forecast: forecast, Table: table.Table})
	ok(t, err)
	ok(t, a.HandOver(ctx, execution.HandOverInput{TakeInput: execution.TakeInput{Service: "web", Plan: plan.Plan}, Policy: p}))
	verdict := planning.VerdictRecord(plan, "handed over", "", "", now)
	verdict.Service = "web"
	ok(t, a.Witness(ctx, oversight.WitnessInput{Record: verdict}))
	for i, units := range []capacity.Units{6, 9} {
		at := now.Add(time.Duration(i) * time.Hour)
		ok(t, a.Record(ctx, execution.RecordInput{Service: "web", Plan: plan.Plan.ID, Outcomes: []capacity.Outcome{{
			Action: capacity.Action{ID: fmt.Sprintf("%s/%d", plan.Plan.ID, i), Target: target, From: units - 3, Units: units}, Before: capacity.State{Units: units - 3},
			After: capacity.State{Units: units}, Asked: at, Settled: at.Add(5 * time.Minute), Verdict: capacity.Done,
		}}}))
	}
	_, err = a.Report(ctx, planning.ReportInput{Service: "web", Plan: plan.Plan, Standing: capacity.Standing{Verdict: "handed over", At: now}})
	ok(t, err)
	orders := executor.StandingOrders{Seq: 1, Pause: &executor.Order{Name: executor.PauseOrder, By: "ann", Why: "repairs", Seq: 1}}
	_, err = a.StoreOrders(ctx, execution.OrdersInput{Service: "web", Orders: orders})
	ok(t, err)
	facts, err := json.Marshal(orders)
	ok(t, err)
	ok(t, a.Witness(ctx, oversight.WitnessInput{Record: audit.Record{Service: "web", ID: "ordered/1", At: now, Kind: audit.Ordered, By: "ann", Text: "ann: pause", Facts: facts}}))
	raise := event.Raise{Target: target, From: 45, To: 50, Seen: 45}
	ok(t, a.RecordEvent(ctx, events.Record{By: "ann", State: event.State{Service: "web", ID: "event/web/fair", Event: capacity.Event{Name: "fair"}, Raised: []event.Raise{raise}}}))
	ok(t, a.RaiseLimit(ctx, events.RaiseLimitInput{Preparation: "event/web/fair", Service: "web", Event: "fair", Raise: raise}))
	return store
}

// promote retrains twice: the first model becomes champion and stays.
func promote(t *testing.T, a *activities.Activities, p capacity.Policy, table capacity.Ref) {
	t.Helper()
	examined, err := a.Examine(t.Context(), retraining.ExamineInput{Policy: p, Table: table})
	ok(t, err)
	_, ready, err := histories.Prepared(t.Context(), a.Retraining.Records, table, p)
	ok(t, err)
	var backtests []capacity.Ref
	for _, model := range examined.Candidates {
		result, err := retraining.RunBacktest(t.Context(), &a.Retraining, retraining.BacktestInput{Policy: p, Table: table, Version: examined.Version, Model: model}, ready.Series, nil)
		ok(t, err)
		backtests = append(backtests, result.Backtest)
	}
	choice, err := a.Choose(t.Context(), retraining.ChooseInput{Policy: p, Table: table, Version: examined.Version, Backtests: backtests})
	ok(t, err)
	trained, err := a.Train(t.Context(), retraining.TrainInput{Policy: p, Table: table, Version: examined.Version, Choice: choice})
	ok(t, err)
	_, err = a.Promote(t.Context(), retraining.PromoteInput{Service: p.Service, Challenger: trained.Champion, Earned: true, Now: now})
	ok(t, err)
	later := trained.Champion
	later.Version, later.TrainedTo = "later", later.TrainedTo.Add(time.Hour)
	later.Trained.SHA256 = strings.Repeat("0", 64)
	_, err = a.Promote(t.Context(), retraining.PromoteInput{Service: p.Service, Challenger: later, Now: now})
	ok(t, err)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// contents is all that is stored, by key.
func contents(t *testing.T, store capacity.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for e, err := range store.List(t.Context(), "", "") {
		ok(t, err)
		data, _, err := store.Get(t.Context(), e.Key)
		ok(t, err)
		all[e.Key] = string(data)
	}
	return all
}

// spoil damages or removes what is under a key.
func spoil(t *testing.T, store capacity.Store, key, with string) {
	t.Helper()
	_, version, err := store.Get(t.Context(), key)
	ok(t, err)
	if with == "" {
		ok(t, store.Delete(t.Context(), key))
		return
	}
	ok(t, store.Swap(t.Context(), key, []byte(with), version))
}

// TestService: whichever object of a service is damaged or lost, restoring gives back
// what was there, says so, keeps the damaged bytes and records it; a dry run says the
// same and writes nothing; where nothing is wrong, nothing is done.
func TestService(t *testing.T) {
	keys := map[string]bool{ // the value: whether a lost one is missed
		audit.HeadKey("web"): true, capacity.CurrentPolicyKey("web"): true, capacity.OrdersKey("web"): true, capacity.ChampionKey("web"): true, capacity.CurrentPlanKey("web"): true,
		capacity.LeadTimesKey("web"): true, capacity.DayKey("web", now): true, capacity.OwnTargetsKey("web"): true, capacity.TargetKey(target): true,
		capacity.LimitKey(target): true, "outcomes.json": true, "standing.json": false,
	}
	whole := full(t)
	o := restore.Order{Store: whole, Now: now.Add(time.Hour), By: "bob", Why: "a disk broke"}
	if found, err := restore.Service(t.Context(), o, "web"); err != nil || len(found) > 0 {
		t.Fatalf("nothing is wrong: got %+v, %v", found, err)
	}
	for name, lost := range keys {
		for _, with := range []string{"", `{"Model":"bl`, "null"} {
			if with == "" && !lost {
				continue
			}
			t.Run(name+"/"+with, func(t *testing.T) {
				o := o
				store := copied(t, whole)
				o.Store = store
				key := name
				if part := "/" + name; !strings.Contains(name, "/") {
					for k := range contents(t, store) {
						if strings.HasSuffix(k, part) {
							key = k
						}
					}
				}
				want, _, err := store.Get(t.Context(), key)
				ok(t, err)
				spoil(t, store, key, with)
				before := contents(t, store)
				o.DryRun = true
				would, err := restore.Service(t.Context(), o, "web")
				ok(t, err)
				if diff := cmp.Diff(before, contents(t, store)); diff != "" {
					t.Fatalf("a dry run wrote:\n%s", diff)
				}
				o.DryRun = false
				found, err := restore.Service(t.Context(), o, "web")
				ok(t, err)
				if len(found) != 1 || len(would) != 1 || found[0].Key != key || found[0].Done != restore.Rebuilt || found[0].Text != would[0].Text {
					t.Fatalf("got %+v, in the dry run %+v, want that %s is rebuilt", found, would, key)
				}
				fault, kept := restore.Damaged, with
				if with == "" {
					fault, kept = restore.Lost, ""
				}
				if found[0].Fault != fault || key != audit.HeadKey("web") && contents(t, store)[found[0].Kept] != kept {
					t.Errorf("got %+v, want it %s and the damaged bytes kept", found[0], fault)
				}
				got, _, err := store.Get(t.Context(), key)
				ok(t, err)
				if diff := cmp.Diff(comparable(t, key, want), comparable(t, key, got)); diff != "" && key != audit.HeadKey("web") {
					t.Errorf("%s (-before +restored):\n%s", key, diff)
				}
				if _, err := audit.Verify(t.Context(), store, "web", ""); err != nil {
					t.Error(err)
				}
				for r, err := range audit.Read(t.Context(), store, "web") {
					ok(t, err)
					if r.Kind != audit.Restored || r.By != "bob" || r.Why != "a disk broke" || !strings.Contains(r.Text, key) {
						t.Errorf("the newest record is %+v, want that %s was restored", r, key)
					}
					break
				}
				if again, err := restore.Service(t.Context(), o, "web"); err != nil || len(again) > 0 {
					t.Errorf("once more: got %+v, %v, want nothing to do", again, err)
				}
			})
		}
	}
}

// comparable is an object without what is only known when it is first written: a claim
// says since when it was renewed.
func comparable(t *testing.T, key string, data []byte) any {
	t.Helper()
	var v any
	ok(t, json.Unmarshal(data, &v))
	if claim, is := v.(map[string]any); is && key == capacity.TargetKey(target) {
		delete(claim, "Renewed")
		delete(claim, "Since")
	}
	return v
}

func copied(t *testing.T, from local.Store) local.Store {
	t.Helper()
	to := local.Store{Dir: t.TempDir()}
	for key, data := range contents(t, from) {
		ok(t, to.Swap(t.Context(), key, []byte(data), ""))
	}
	return to
}

// TestService_Left: what nothing is left to rebuild from is named with what to do, or
// taken away, and what is older than the audit is brought up to it.
func TestService_Left(t *testing.T) {
	whole := full(t)
	for name, c := range map[string]struct {
		key, with string
		gone      []string // keys that contain one of these
		want      restore.Finding
	}{
		"a champion whose model is gone": {capacity.ChampionKey("web"), "null", []string{".model.json"}, restore.Finding{Fault: restore.Damaged, Done: restore.Left, Text: "headroom retrain web"}},
		"orders without an audit":        {capacity.OrdersKey("web"), "[", []string{"audit/"}, restore.Finding{Fault: restore.Damaged, Done: restore.Left, Text: "resume"}},
		"orders that were put back":      {capacity.OrdersKey("web"), "{}", nil, restore.Finding{Fault: restore.Outdated, Done: restore.Rebuilt, Text: "ann: pause"}},
		"a damaged event":                {capacity.EventKey("web", "fair"), "{", nil, restore.Finding{Fault: restore.Damaged, Done: restore.Removed, Text: "headroom event web fair"}},
		"a limit of no open event":       {capacity.LimitKey(target), "{", []string{"events/"}, restore.Finding{Fault: restore.Damaged, Done: restore.Removed, Text: "no event"}},
		"damaged unit rates":             {capacity.UnitRatesKey("web"), "{", nil, restore.Finding{Fault: restore.Damaged, Done: restore.Removed, Text: "learns"}},
	} {
		t.Run(name, func(t *testing.T) {
			store := copied(t, whole)
			for key := range contents(t, store) {
				for _, part := range c.gone {
					if strings.Contains(key, part) {
						ok(t, store.Delete(t.Context(), key))
					}
				}
			}
			_, version, err := store.Get(t.Context(), c.key)
			if err != nil && !errors.Is(err, capacity.ErrNotFound) {
				t.Fatal(err)
			}
			ok(t, store.Swap(t.Context(), c.key, []byte(c.with), version))
			found, err := restore.Service(t.Context(), restore.Order{Store: store, Now: now.Add(time.Hour), By: "bob"}, "web")
			ok(t, err)
			for _, f := range found {
				if f.Key == c.key {
					if f.Fault != c.want.Fault || f.Done != c.want.Done || !strings.Contains(f.Text, c.want.Text) {
						t.Errorf("got %+v, want %+v", f, c.want)
					}
					return
				}
			}
			t.Errorf("got %+v, want a finding on %s", found, c.key)
		})
	}
}

// TestServices: every service of which anything is stored is named once.
func TestServices(t *testing.T) {
	store := local.Store{Dir: t.TempDir()}
	for _, key := range []string{"services/web/audit.json", "services/web/current.json", "plans/web-2/a/plan.json", "orders/alone.json", "orders/web.json", "models/web/1/board.json", "history/other/x.parquet"} {
		_, err := store.Put(t.Context(), key, []byte("{}"))
		ok(t, err)
	}
	got, err := restore.Services(t.Context(), store)
	ok(t, err)
	if diff := cmp.Diff([]string{"alone", "web", "web-2"}, got); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
}

// TestFleets: a damaged summary is made again from what came of the chunks; one that is
// not there yet is left alone while chunks are worked on.
func TestFleets(t *testing.T) {
	store := local.Store{Dir: t.TempDir()}
	put := func(part string, v any) {
		data, err := json.Marshal(v)
		ok(t, err)
		_, err = store.Put(t.Context(), capacity.FleetKey("plan", "2026-03-08/r1", part), data)
		ok(t, err)
	}
	put("services-00000.json", []map[string]capacity.Policy{{"Policy": {Service: "a"}}})
	put("services-00001.json", []map[string]capacity.Policy{{"Policy": {Service: "b"}}})
	put("entries-00000.json", []fleet.Entry{{Service: "a", Verdict: "proposed"}})
	o := restore.Order{Store: store, Now: now}
	if found, err := restore.Fleets(t.Context(), o); err != nil || len(found) > 0 {
		t.Fatalf("under way: got %+v, %v", found, err)
	}
	put("summary.json", "text")
	found, err := restore.Fleets(t.Context(), o)
	ok(t, err)
	if len(found) != 1 || found[0].Fault != restore.Damaged || found[0].Done != restore.Rebuilt {
		t.Fatalf("got %+v, want the summary rebuilt", found)
	}
	data, _, err := store.Get(t.Context(), found[0].Key)
	ok(t, err)
	var s fleet.Summary
	ok(t, json.Unmarshal(data, &s))
	if len(s.Services) != 1 || len(s.Failures) != 1 || s.Failures[0].Service != "b" || s.Verdicts["proposed"] != 1 {
		t.Errorf("got %+v, want a as proposed and b as failed", s)
	}
}
