package cli

import (
	"strings"
	"testing"
	"time"

	"headroom/activities/retraining"
	"headroom/capacity"
)

// After an abort, and after a plan has ended, status still says what runs.
func TestPrintStatus_Ended(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, verdict := range []string{"aborted", "executed", "superseded"} {
		pools := []capacity.Running{
			{Pool: "g5", Known: true, Serving: 13, Requested: 14, Seen: now},
			{Pool: "spot", Trouble: "bob has scaled it"},
		}
		s := status{Service: "chat", Last: &planStatus{ID: "ab12", Made: now, Standing: capacity.Standing{Verdict: verdict, Pools: pools}}, zone: time.UTC}
		var b strings.Builder
		if err := printStatus(&b, s); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(strings.Fields(b.String()), " ")
		for _, want := range []string{
			"carried out none", "last plan ab12, " + verdict,
			"g5 13 serving, 14 requested, as of Mon 2 Mar 12:00 UTC; no further change",
			"spot serving and requested units are not known; bob has scaled it",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %s, want %q in it", verdict, got, want)
			}
		}
	}
}

// A champion that a promotion freeze keeps is shown with the reason.
func TestPrintStatus_PromotionFreeze(t *testing.T) {
	until := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	champion := retraining.Champion{Model: "naive", Version: "1", Frozen: &retraining.FrozenPromotion{Model: "ets", Version: "2", Until: until, Why: "its loss is lower"}}
	var b strings.Builder
	if err := printStatus(&b, status{Service: "chat", Champion: &champion, zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	if want := "promotion is frozen until 2026-03-02T12:00:00Z; ets of version 2 earned the place: its loss is lower"; !strings.Contains(b.String(), want) {
		t.Errorf("got %s, want %q in it", b.String(), want)
	}
}
