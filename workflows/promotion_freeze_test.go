package workflows_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"headroom/activities/fleet"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/audit"
	"headroom/backtest"
	"headroom/capacity"
)

// TestRetrain_PromotionFreeze: within the window a better model is trained and
// compared, but the champion stays, and everything that is read says why. The same
// retraining after the window promotes it.
func TestRetrain_PromotionFreeze(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	var notices []capacity.Notice
	w.ports.notify = func(_ context.Context, in records.NoticeInput) error {
		notices = append(notices, in.Notice)
		return nil
	}
	at := func(hours int) time.Time { return origin.Add(time.Duration(hours) * time.Hour) }
	w.policy.Notify = capacity.Notify{{To: "env:CHAT", On: []capacity.NoticeKind{capacity.NoticeRefused}}}
	w.policy.Control.PromotionFreeze = []capacity.Window{{From: at(0), To: at(20)}, {From: at(20), To: at(25)}}
	w.only(asItIs, "seasonal-naive-day")
	if first := w.retrain(t); !first.Promoted {
		t.Fatalf("the first model: got %q, want it promoted, since there is none to keep", first.Why)
	}
	var before, kept, after retraining.Champion
	w.read(t, capacity.ChampionKey("web"), &before)
	w.later(t, 48, 1)

	const frozen = "promotion is frozen until 2026-03-09T01:00:00Z; seasonal-naive-day of version "
	for range 2 { // the second is the first again
		result := w.retrainAt(t, 24)
		if result.Promoted || result.Version == before.Version || !strings.HasPrefix(result.Why, frozen) || !strings.Contains(result.Why, "newer history") {
			t.Errorf("in the window: got promoted %t, %q, want the champion kept and why", result.Promoted, result.Why)
		}
		w.read(t, capacity.ChampionKey("web"), &kept)
		if kept.Trained != before.Trained || kept.Outlasted != 0 || kept.Frozen == nil || kept.Frozen.Version != result.Version || kept.Reviewed.IsZero() {
			t.Errorf("in the window: got champion %+v, want that of before, and what was held back", kept)
		}
	}
	if len(notices) == 0 || notices[0].Kind != capacity.NoticeRefused || !strings.Contains(notices[0].Text, frozen) {
		t.Errorf("in the window: got notices %+v, want why", notices)
	}
	var records []string
	for r, err := range audit.Read(t.Context(), w.acts.Store, "web") {
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind == audit.Promoted && strings.HasPrefix(r.Why, frozen) {
			records = append(records, r.Text)
		}
	}
	if len(records) != 1 || !strings.HasPrefix(records[0], "seasonal-naive-day stays champion, ") {
		t.Errorf("in the window: got records %q, want one that says that the champion stays", records)
	}
	if _, notes, started := w.planAt(t, 24); !strings.Contains(notes, frozen) || started != 0 {
		t.Errorf("a plan in the window: got notes %q and %d retrainings, want why the champion is older, and none", notes, started)
	}

	result := w.retrainAt(t, 25)
	w.read(t, capacity.ChampionKey("web"), &after)
	if !result.Promoted || after.Version != result.Version || after.Frozen != nil || after.Outlasted != 0 {
		t.Errorf("after the window: got %q and champion %+v, want the new model", result.Why, after)
	}
}

// A model that has lost is kept for that reason, also in the window.
func TestRetrain_PromotionFreezeNotEarned(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	w.only(asItIs, "seasonal-naive-day")
	w.retrain(t)
	w.later(t, 10*24, 1)
	w.only(func(m capacity.Model) capacity.Model { return forgetful{m} }, "seasonal-naive-day")
	w.policy.Control.PromotionFreeze = []capacity.Window{{From: origin, To: origin.Add(20 * 24 * time.Hour)}}
	result := w.retrainAt(t, 10*24)
	var champion retraining.Champion
	w.read(t, capacity.ChampionKey("web"), &champion)
	if result.Promoted || !strings.Contains(result.Why, "retrained, its loss is") || champion.Outlasted != 1 || champion.Frozen != nil {
		t.Errorf("got %q and champion %+v, want the loss as the reason", result.Why, champion)
	}
	if got := w.decisions(t, result.Version, champion); len(got) != 1 || got[0] != backtest.Worse {
		t.Errorf("got decisions %q, want %q", got, backtest.Worse)
	}
}

// A fleet's retraining keeps the champions that are frozen, and says so for each.
func TestFleet_PromotionFreeze(t *testing.T) {
	w := newWorld(t, capacity.Auto)
	w.only(asItIs, "seasonal-naive-day")
	policies := w.many(t, 2)
	for i := range policies {
		policies[i].Demand.Window = 5 * 24 * time.Hour
	}
	w.fleet(t, fleet.Retrain, 2, policies)
	w.only(asItIs, "naive")
	w.acts.Baseline = "naive"
	for i := range policies { // a longer history is another version
		policies[i].Demand.Window = 6 * 24 * time.Hour
	}
	policies[0].Control.PromotionFreeze = []capacity.Window{{From: origin.Add(-time.Hour), To: origin.Add(time.Hour)}}
	result, _ := w.fleet(t, fleet.Retrain, 2, policies)
	if result.Verdicts["kept"] != 1 || result.Verdicts["promoted"] != 1 {
		t.Errorf("got %v, want the frozen champion kept and the other replaced", result.Verdicts)
	}
	var champion retraining.Champion
	w.read(t, capacity.ChampionKey(policies[0].Service), &champion)
	if champion.Model != "seasonal-naive-day" || champion.Frozen == nil {
		t.Errorf("got champion %+v, want that of before and why", champion)
	}
}
