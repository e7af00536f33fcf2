package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/executor"
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
		ended   *endedRun
		aborted *executor.Order
		want    string
	}{
		"terminated":       {&endedRun{now, "terminated by bob", "a test"}, nil, "carried out none: execute/chat was terminated by bob on Mon 2 Mar 12:00 UTC: a test; nothing more is requested, and the targets stay as they are: `headroom plan chat` makes a new plan"},
		"aborted":          {&endedRun{Ended: now, As: completed}, ann, "execute/chat was aborted by ann on Mon 2 Mar 12:00 UTC: enough;"},
		"aborted long ago": {nil, nil, "execute/chat was ended: Temporal has nothing of it any more;"},
	} {
		f := inForce{Ended: c.ended, Last: &planStatus{ID: "ab12", Made: now, Standing: stood}}
		f.Last.Standing.Pools = slices.Clone(stood.Pools)
		f.Stored.Aborted = c.aborted
		f.withoutRun()
		stored := storedOrders{}
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
	p := planStatus{ID: "ab12", Standing: capacity.Standing{Verdict: "executing", Aborted: &bob}}
	var b strings.Builder
	if err := printStatus(&b, status{Service: "chat", CarriedOut: &p, zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	if want := "plan ab12, until it was aborted: the run ends once what is under way is settled"; !strings.Contains(b.String(), want) {
		t.Errorf("got %s, want %q in it", b.String(), want)
	}
}

// Times of one output are in one zone, also those of texts that were recorded.
func TestInZone(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	if got, want := inZone("until 2026-03-02T20:00:00Z, since 2026-03-02T20:00:00.25+08:00; 2026-13-01T00:00:00Z", zone), "until Tue 3 Mar 04:00 CST, since Mon 2 Mar 20:00 CST; 2026-13-01T00:00:00Z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A time that is not set is left out of JSON, whatever its field says.
func TestPrintJSON_ZeroTimes(t *testing.T) {
	var b strings.Builder
	v := struct {
		Until, At time.Time
		Order     executor.Order
	}{At: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	if err := printJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "0001") || strings.Contains(got, "until") || !strings.Contains(got, `"at": "2026-03-02T12:00:00Z"`) {
		t.Errorf("got %s, want only the time that is set", got)
	}
}
