package status

import (
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/inforce"
)

// After an abort, and after a plan has ended, status still says what runs.
func TestPrintStatus_Ended(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, verdict := range []string{"aborted", "executed", "superseded"} {
		pools := []capacity.Running{
			{Pool: "g5", Known: true, Serving: 13, Requested: 14, Seen: now},
			{Pool: "spot", Trouble: "bob has scaled it"},
		}
		s := status{Service: "chat", Last: &inforce.PlanStatus{ID: "ab12", Made: now, Standing: capacity.Standing{Verdict: verdict, Pools: pools}}, zone: time.UTC}
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
	if want := "promotion is frozen until Mon 2 Mar 12:00 UTC; ets of version 2 earned the place: its loss is lower"; !strings.Contains(b.String(), want) {
		t.Errorf("got %s, want %q in it", b.String(), want)
	}
}

// A service that no run carries out says why, what its targets were left with, and which
// orders wait for the next run.
func TestPrintStatus_NoRun(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	next := capacity.Action{From: 4, Units: 6, At: now.Add(time.Hour)}
	stood := capacity.Standing{Verdict: "executing", Pools: []capacity.Running{{Pool: "g5", Known: true, Serving: 13, Requested: 14, Seen: now, Next: &next}}}
	ann := &executor.Order{By: "ann", Why: "enough", At: now}
	for name, c := range map[string]struct {
		ended   *inforce.EndedRun
		aborted *executor.Order
		want    string
	}{
		"terminated":       {&inforce.EndedRun{Ended: now, As: "terminated by bob", Why: "a test"}, nil, "carried out none: execute/chat was terminated by bob on Mon 2 Mar 12:00 UTC: a test; nothing more is requested, and the targets stay as they are: `headroom plan chat` makes a new plan"},
		"aborted":          {&inforce.EndedRun{Ended: now, As: inforce.Completed}, ann, "execute/chat was aborted by ann on Mon 2 Mar 12:00 UTC: enough;"},
		"aborted long ago": {nil, nil, "execute/chat was ended: Temporal has nothing of it any more;"},
	} {
		f := inforce.InForce{Ended: c.ended, Last: &inforce.PlanStatus{ID: "ab12", Made: now, Standing: stood}}
		f.Last.Standing.Pools = slices.Clone(stood.Pools)
		f.Stored.Aborted = c.aborted
		f.WithoutRun()
		stored := inforce.StoredOrders{}
		stored.Pause = &executor.Order{By: "eve", Why: "repairs"}
		s := status{Service: "chat", Last: f.Last, Ended: f.Ended, Stored: &stored, plans: f, zone: time.UTC}
		var b strings.Builder
		if err := printStatus(&b, s); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(strings.Fields(b.String()), " ")
		for _, want := range []string{c.want, "g5 13 serving, 14 requested, as of Mon 2 Mar 12:00 UTC; no further change", "last plan ab12, not carried out any more", "paused by eve: repairs (stored)"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %s, want %q in it", name, got, want)
			}
		}
	}
}

// Until an aborted run has ended, its plan is not told to be carried out on.
func TestPrintStatus_Aborting(t *testing.T) {
	bob := capacity.Halt{By: "bob", Why: "enough"}
	p := inforce.PlanStatus{ID: "ab12", Standing: capacity.Standing{Verdict: "executing", Aborted: &bob}}
	var b strings.Builder
	if err := printStatus(&b, status{Service: "chat", CarriedOut: &p, zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	if want := "plan ab12, until it was aborted: the run ends once what is under way is settled"; !strings.Contains(b.String(), want) {
		t.Errorf("got %s, want %q in it", b.String(), want)
	}
}
