package oversight_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities"
	"headroom/activities/execution"
	"headroom/activities/oversight"
	"headroom/activities/planning"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
)

// A notifier takes notices.
type notifier func(n capacity.Notice) error

// Notify implements [activities.Notifier].
func (f notifier) Notify(_ context.Context, in records.NoticeInput) error { return f(in.Notice) }

// Sent implements [activities.Notifier].
func (f notifier) Sent(string, records.NoticeInput) error { return nil }

// Post implements [activities.Notifier].
func (f notifier) Post(_ context.Context, _ string, n capacity.Notice) error { return f(n) }

// told is activities that keep what they tell, and on whose store nothing is yet.
func told(t *testing.T) (*activities.Activities, records.Records, *[]capacity.Notice) {
	t.Helper()
	var all []capacity.Notice
	now := time.Date(2026, 3, 1, 12, 20, 0, 0, time.UTC)
	r := records.Records{Store: local.Store{Dir: t.TempDir()}, Now: func() time.Time { return now }}
	return activities.New(activities.Ports{
		Store: r.Store,
		Now:   r.Now,
		Notifier: notifier(func(n capacity.Notice) error {
			all = append(all, n)
			return errors.New("no channel takes it") // records are kept all the same
		}),
	}), r, &all
}

// TestRecord_Tells: of outcomes each kind of trouble is told once for each target,
// under a name that is the same when it comes again within the hour, with the hash
// of the record; and a repeat is recorded once.
func TestRecord_Tells(t *testing.T) {
	acts, r, all := told(t)
	outcome := func(id string, target capacity.TargetName, v capacity.Verdict) capacity.Outcome {
		return capacity.Outcome{Action: capacity.Action{ID: id, Target: target, From: 3, Units: 5}, Verdict: v, Note: "no capacity"}
	}
	in := execution.RecordInput{Service: "chat", Plan: "p", Notify: capacity.Notify{{To: "env:OPS", On: capacity.Urgent()}}, Outcomes: []capacity.Outcome{
		outcome("1", "sim://a", capacity.Done), outcome("2", "sim://a", capacity.Failed), outcome("3", "sim://a", capacity.Short),
		outcome("4", "sim://b", capacity.Failed), outcome("5", "sim://a", capacity.Compensated), outcome("6", "sim://a", capacity.Drifted),
		outcome("7", "sim://a", capacity.Superseded), outcome("8", "sim://a", capacity.AlreadySo),
	}}
	var first []capacity.Notice
	for range 2 {
		*all = nil
		if err := acts.Record(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = slices.Clone(*all)
		}
	}
	var kinds []capacity.NoticeKind
	for i, n := range *all {
		kinds = append(kinds, n.Kind)
		if n.Subject != first[i].Subject || n.Subject == "" || n.Audit == "" || n.Service != "chat" || n.Plan != "p" || !strings.Contains(n.Text, "no capacity") {
			t.Errorf("got %+v, first %+v", n, first[i])
		}
	}
	if want := []capacity.NoticeKind{capacity.NoticeFailed, capacity.NoticeFailed, capacity.NoticeCompensated, capacity.NoticeDrift}; !slices.Equal(kinds, want) {
		t.Errorf("told of %v, want %v", kinds, want)
	}
	if v, err := audit.Verify(t.Context(), r.Store, "chat", ""); err != nil || v.Records != 1 {
		t.Errorf("the audit is %+v, %v, want one record", v, err)
	}
}

// TestWitness_Tells: what waits is told with the reason and the way to approve; a
// kind that nobody asked for is not told.
func TestWitness_Tells(t *testing.T) {
	acts, stored, all := told(t)
	plan := planning.OptimiseResult{Plan: capacity.PlanRef{ID: "3f2a"}}
	notify := capacity.Notify{{To: "env:OPS", On: []capacity.NoticeKind{capacity.NoticeApproval}}}
	for _, verdict := range []string{"proposed", "waiting", "handed over", "expired"} {
		r := planning.VerdictRecord(plan, verdict, "", "it spends much", stored.Now())
		r.Service = "chat"
		if err := acts.Witness(t.Context(), oversight.WitnessInput{Record: r, Notify: notify}); err != nil {
			t.Fatal(err)
		}
	}
	if len(*all) != 1 || (*all)[0].Kind != capacity.NoticeApproval || (*all)[0].Text != "plan 3f2a is waiting: it spends much; headroom approve chat 3f2a" {
		t.Errorf("told %+v, want of what waits alone", *all)
	}
}
