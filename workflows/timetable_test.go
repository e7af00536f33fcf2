package workflows_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor"
)

func listed(slots []capacity.Slot) []string {
	var all []string
	for _, s := range slots {
		all = append(all, fmt.Sprintf("%s %d", s.At.Format("15:04"), s.Units))
	}
	return all
}

// timetable is what the fleet's own timetable holds so long after the origin.
func (c *conductor) timetable(t *testing.T, after time.Duration) []string {
	t.Helper()
	target, err := local.Fleet{Dir: filepath.Join(c.dir, "fleet"), Now: func() time.Time { return origin.Add(after) }}.Target(c.policy.Pools[0].Target)
	if err != nil {
		t.Fatal(err)
	}
	slots, err := target.(*local.Timetabled).Timetable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return listed(slots)
}

// TestExecute_Timetable: the fleet holds what is left of the plan, as it is
// ordered otherwise, and nothing once nobody conducts it.
func TestExecute_Timetable(t *testing.T) {
	c := newConductor(t, "sim://web?units=2&mode=schedule&slots=2")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{2 * time.Hour, 6, 4}, change{4 * time.Hour, 4, 3}), updateCallbacks{})
	c.tell(150*time.Minute, executor.OverrideOrder, over("o", 5, true, 9*time.Hour), updateCallbacks{})
	c.tell(3*time.Hour+time.Minute, executor.AbortOrder, executor.Order{By: "cy", Why: "enough"}, updateCallbacks{})
	seen := map[time.Duration][]string{}
	for _, after := range []time.Duration{30 * time.Minute, 90 * time.Minute, 3 * time.Hour} {
		c.env.RegisterDelayedCallback(func() { seen[after] = c.timetable(t, after) }, after/speed)
	}
	c.run(t)
	want := map[time.Duration][]string{
		30 * time.Minute: {"00:58 6", "02:00 4"}, // as much as there is room for
		90 * time.Minute: {"02:00 4", "04:00 3"},
		3 * time.Hour:    {"04:00 5"},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("the fleet's timetable (-want +got):\n%s", diff)
	}
	if left := c.timetable(t, 5*time.Hour); len(left) > 0 {
		t.Errorf("after the end the timetable holds %v, want nothing", left)
	}
	// The target's own slots are as good as the conductor's requests.
	if diff := cmp.Diff([]string{"2 → 6", "6 → 4", "4 → 5"}, c.numbers(t)); diff != "" {
		t.Errorf("the fleet's log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"p/0: already so", "p/1: already so", "p/2: superseded", "p/a/2026-03-08T02:30:00Z: done"}, c.outcomes(t, "p")); diff != "" {
		t.Errorf("the outcomes (-want +got):\n%s", diff)
	}
}

// A plan that takes over changes the timetable, and a conductor that is away does
// not keep it from being carried out.
func TestExecute_TimetableRenewed(t *testing.T) {
	c := newConductor(t, "sim://web?units=2&mode=schedule")
	c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 6}, change{4 * time.Hour, 6, 4}), updateCallbacks{})
	c.offer(2*time.Hour, c.plan(t, "q", 2*time.Hour, change{4 * time.Hour, 6, 7}, change{5 * time.Hour, 7, 3}), updateCallbacks{})
	var renewed []string
	c.env.RegisterDelayedCallback(func() { renewed = c.timetable(t, 3*time.Hour) }, 3*time.Hour/speed)
	c.run(t)
	if diff := cmp.Diff([]string{"03:58 7", "05:00 3"}, renewed); diff != "" {
		t.Errorf("the fleet's timetable (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2 → 6", "6 → 7", "7 → 3"}, c.numbers(t)); diff != "" {
		t.Errorf("the fleet's log (-want +got):\n%s", diff)
	}
}
