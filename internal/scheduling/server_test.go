package scheduling_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/internal/scheduling"
)

// dial starts a Temporal server and connects to it.
func dial(tb testing.TB) client.Client {
	tb.Helper()
	if testing.Short() {
		tb.Skip("needs the real servers")
	}
	stack, err := devstack.Start(tb.Context(), devstack.Settings{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := stack.Stop(); err != nil {
			tb.Error(err)
		}
	})
	c, err := client.DialContext(tb.Context(), client.Options{HostPort: stack.TemporalAddress, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// sync makes the schedules equal to policies, and says what it did.
func sync(tb testing.TB, c client.Client, policies ...capacity.Policy) scheduling.Difference {
	tb.Helper()
	found, err := scheduling.Find(tb.Context(), c)
	if err != nil {
		tb.Fatal(err)
	}
	d, err := scheduling.Compare(scheduling.Wanted(policies, capacity.Clock{}), found)
	if err != nil {
		tb.Fatal(err)
	}
	if err := scheduling.Apply(tb.Context(), c, d.Changes, func() {}); err != nil {
		tb.Fatal(err)
	}
	return d
}

// listed waits until the server lists what was done: it does so a little later.
func listed(tb testing.TB, c client.Client, holds func([]scheduling.Found) bool) []scheduling.Found {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		found, err := scheduling.Find(tb.Context(), c)
		if err != nil {
			tb.Fatal(err)
		}
		if holds(found) {
			return found
		}
		if time.Now().After(deadline) {
			tb.Fatalf("not listed within a minute: got %+v", found)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func count(n int) func([]scheduling.Found) bool {
	return func(found []scheduling.Found) bool { return len(found) == n }
}

// TestSync goes through the life of schedules on a real server.
func TestSync(t *testing.T) {
	c := dial(t)
	ctx := t.Context()
	// A schedule of somebody else, who even chose a name like ours.
	foreign, err := c.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: "headroom/other/plan", Spec: client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: time.Hour}}},
		Action: &client.ScheduleWorkflowAction{Workflow: "Other", TaskQueue: "other"},
	})
	if err != nil {
		t.Fatal(err)
	}
	chat, search := mustParse(t, "chat"), mustParse(t, "search")
	if got := tell(sync(t, c, chat, search)); len(got) != 9 || got[8] != "same 0" {
		t.Fatalf("the first sync did %v, want eight schedules created", got)
	}
	listed(t, c, count(8))
	if diff := cmp.Diff([]string{"same 8"}, tell(sync(t, c, chat, search))); diff != "" {
		t.Errorf("the second sync (-want +got):\n%s", diff)
	}

	// What the policy says is what the server has.
	d, err := c.ScheduleClient().GetHandle(ctx, "headroom/chat/plan").Describe(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if s := d.Schedule; s.Spec.TimeZoneName != "Europe/Berlin" || s.Spec.Jitter != 30*time.Second || s.Policy.CatchupWindow != time.Hour || s.State.Paused {
		t.Errorf("got schedule %+v with policy %+v and state %+v", s.Spec, s.Policy, s.State)
	}
	if now := time.Now(); len(d.Info.NextActionTimes) == 0 || d.Info.NextActionTimes[0].Sub(now) > time.Hour+time.Minute {
		t.Errorf("at %s, got next times %v, want one within the hour", now, d.Info.NextActionTimes)
	}

	// A person's pause outlives a changed policy.
	if err := c.ScheduleClient().GetHandle(ctx, "headroom/chat/plan").Pause(ctx, client.SchedulePauseOptions{Note: "ann: repairs"}); err != nil {
		t.Fatal(err)
	}
	chat.Schedule.Jitter = 45 * time.Second
	if got := sync(t, c, chat, search); len(got.Changes) != 4 {
		t.Errorf("another jitter: got %v, want its four schedules updated", tell(got))
	}
	listed(t, c, func([]scheduling.Found) bool {
		d, err := c.ScheduleClient().GetHandle(ctx, "headroom/chat/plan").Describe(ctx)
		return err == nil && d.Schedule.State.Paused && d.Schedule.State.Note == "ann: repairs"
	})
	listed(t, c, func(found []scheduling.Found) bool {
		d, err := scheduling.Compare(scheduling.Wanted([]capacity.Policy{chat, search}, capacity.Clock{}), found)
		return err == nil && cmp.Equal(tell(d), []string{"left headroom/chat/plan", "same 7"})
	})

	if got := sync(t, c, search); !cmp.Equal(got.Gone, []string{"chat"}) {
		t.Errorf("without its policy: got %v, want chat gone", tell(got))
	}
	listed(t, c, count(4))
	if _, err := foreign.Describe(ctx); err != nil {
		t.Errorf("the schedule of somebody else: %v", err)
	}
}

// BenchmarkSync makes 10,000 schedules, and syncs once more, which changes
// nothing. It is run once: make bench-schedules.
func BenchmarkSync(b *testing.B) {
	c := dial(b)
	const services = 10_000 / 2
	policies := make([]capacity.Policy, services)
	for i := range policies {
		policies[i] = mustParse(b, fmt.Sprintf("service-%05d", i))
		policies[i].Schedule.Watch, policies[i].Schedule.Regret = "", ""
	}
	for b.Loop() {
		begun := time.Now()
		sync(b, c, policies...)
		b.ReportMetric(time.Since(begun).Seconds(), "s/first")
		listed(b, c, count(2*services))
		begun = time.Now()
		again := sync(b, c, policies...)
		b.ReportMetric(time.Since(begun).Seconds(), "s/second")
		if len(again.Changes) != 0 || again.Same != 2*services {
			b.Fatalf("the second sync changed %d and left %d as they are", len(again.Changes), again.Same)
		}
	}
	b.ReportMetric(0, "ns/op")
}
