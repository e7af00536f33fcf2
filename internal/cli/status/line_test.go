package status

import (
	"fmt"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/inforce"
)

func TestLineOf(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	next := capacity.Action{From: 4, Units: 6, At: now.Add(time.Hour)}
	running := func(known bool) []capacity.Running {
		return []capacity.Running{{Pool: "a", Known: true, Serving: 3, Requested: 4, Seen: now, Next: &next}, {Pool: "b", Known: known, Serving: 1, Requested: 1, Seen: now}}
	}
	f := inforce.InForce{
		Conductor:  &executor.Status{},
		CarriedOut: &inforce.PlanStatus{ID: "a", Standing: capacity.Standing{Verdict: "executing", Pools: running(true)}},
	}
	l := lineOf("chat", f, now)
	if l.State != "in progress" || l.Serving == nil || *l.Serving != 4 || *l.Requested != 5 || l.Next == nil || l.Next.Action == nil || l.Next.Action.Units != 6 {
		t.Errorf("carried out: got %+v, want 4 of 5 units in progress, and 6 next", l)
	}
	f.CarriedOut.Standing.Pools = running(false)
	if l = lineOf("chat", f, now); l.Serving != nil || l.Requested != nil {
		t.Errorf("one pool is not known: got %+v", l)
	}
	f.CarriedOut.Standing.Verdict = "executed"
	if l = lineOf("chat", f, now); l.State != "plan ended, holding" {
		t.Errorf("after its end: got %+v", l)
	}
	f.CarriedOut.Standing.Verdict = "executing"
	f.Waiting = &inforce.PlanStatus{ID: "b"}
	if l = lineOf("chat", f, now); l.State != inforce.IsWaiting || l.Waiting != "b" || l.CarriedOut != "a" {
		t.Errorf("waiting beside: got %+v", l)
	}
	pause := capacity.Halt{At: now, Until: now.Add(time.Hour), By: "bob", Why: "repairs"}
	f.CarriedOut.Standing.Pause = &pause
	f.Conductor.Pause = &executor.Order{By: "bob", Until: pause.Until}
	f.Conductor.Overrides = []capacity.Override{{Units: 1, Until: now.Add(2 * time.Hour)}}
	f.Conductor.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: now.Add(-time.Hour), To: now.Add(time.Minute)}, {From: now.Add(time.Hour), To: now.Add(2 * time.Hour)}}}
	l = lineOf("chat", f, now)
	want := "[paused by bob until Mon 2 Mar 13:00 UTC override to 1 unit until Mon 2 Mar 14:00 UTC freeze denies changes until Mon 2 Mar 12:01 UTC]"
	if l.State != "paused" || fmt.Sprint(l.Orders) != want {
		t.Errorf("orders: got %s, %s, want %s", l.State, l.Orders, want)
	}
	if l = lineOf("chat", inforce.InForce{}, now); l.State != "idle" || l.Serving != nil {
		t.Errorf("nothing: got %+v", l)
	}
}

// The next change counts orders and what holds the service; orders say how they count.
func TestLineOf_Held(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	next := capacity.Action{From: 4, Units: 6, At: now.Add(time.Hour)}
	over := func(units capacity.Units, least bool, from, until time.Duration) capacity.Override {
		return capacity.Override{ID: "o", Units: units, AtLeast: least, From: now.Add(from), Until: now.Add(until), Pool: "a"}
	}
	for name, c := range map[string]struct {
		change         func(f *inforce.InForce)
		state, next    string
		describeOrders string
	}{
		"nothing":        {func(*inforce.InForce) {}, "in progress", "a 4 → 6 on Mon 2 Mar 13:00 UTC", "[]"},
		"exact override": {func(f *inforce.InForce) { f.Conductor.Overrides = []capacity.Override{over(9, false, 0, 2*time.Hour)} }, "in progress", "override to 9 units ends on Mon 2 Mar 14:00 UTC", "[override to 9 units in a until Mon 2 Mar 14:00 UTC]"},
		"at least more":  {func(f *inforce.InForce) { f.Conductor.Overrides = []capacity.Override{over(9, true, 0, 2*time.Hour)} }, "in progress", "override to at least 9 units ends on Mon 2 Mar 14:00 UTC", "[override to at least 9 units in a until Mon 2 Mar 14:00 UTC]"},
		"at least less":  {func(f *inforce.InForce) { f.Conductor.Overrides = []capacity.Override{over(5, true, 0, 2*time.Hour)} }, "in progress", "a 4 → 6 on Mon 2 Mar 13:00 UTC", "[override to at least 5 units in a until Mon 2 Mar 14:00 UTC]"},
		"to come": {func(f *inforce.InForce) {
			f.Conductor.Overrides = []capacity.Override{over(9, false, 30*time.Minute, 2*time.Hour)}
		}, "in progress", "override to 9 units begins on Mon 2 Mar 12:30 UTC", "[override to 9 units in a from Mon 2 Mar 12:30 UTC until Mon 2 Mar 14:00 UTC]"},
		"paused":         {func(f *inforce.InForce) { f.Conductor.Pause = &executor.Order{By: "ann"} }, "paused", "", "[paused by ann]"},
		"paused a while": {func(f *inforce.InForce) { f.Conductor.Pause = &executor.Order{By: "ann", Until: now.Add(time.Hour)} }, "paused", "the pause ends on Mon 2 Mar 13:00 UTC", "[paused by ann until Mon 2 Mar 13:00 UTC]"},
		"stopped":        {func(f *inforce.InForce) { f.Stopped = "a fire" }, "stopped", "", "[a fire]"},
		"aborting":       {func(f *inforce.InForce) { f.Conductor.Aborted = &executor.Order{By: "ann"} }, "aborting", "", "[]"},
		"mode propose":   {func(f *inforce.InForce) { f.Conductor.Policy.Control.Mode = capacity.Propose }, "held", "", "[]"},
		"no run": {func(f *inforce.InForce) {
			f.Conductor, f.CarriedOut = nil, nil
			f.Stored.Pause = &executor.Order{By: "ann"}
		}, "paused", "", "[paused by ann]"},
		"terminated": {func(f *inforce.InForce) {
			f.Conductor, f.CarriedOut, f.Last, f.Ended = nil, nil, f.CarriedOut, &inforce.EndedRun{As: "terminated by bob"}
		}, "terminated", "", "[]"},
	} {
		f := inforce.InForce{Conductor: &executor.Status{}, CarriedOut: &inforce.PlanStatus{ID: "a", Standing: capacity.Standing{Verdict: "executing", Pools: []capacity.Running{
			{Pool: "a", Known: true, Requested: 4, Next: &next}, {Pool: "b", Known: true, Requested: 1},
		}}}}
		c.change(&f)
		l, text := lineOf("chat", f, now), ""
		if l.Next != nil {
			text = l.Next.In(time.UTC)
		}
		if l.State != c.state || text != c.next || fmt.Sprint(l.Orders) != c.describeOrders {
			t.Errorf("%s: got %s, next %q, %s; want %s, next %q, %s", name, l.State, text, l.Orders, c.state, c.next, c.describeOrders)
		}
	}
}
