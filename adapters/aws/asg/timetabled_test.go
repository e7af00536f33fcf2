package asg_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/aws/awstest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// neighbour puts scheduled actions of somebody else, and counts them.
func (w *world) neighbour() capacitytest.Neighbour {
	put := func(at time.Time) {
		if err := w.service.Schedule("chat", "theirs-"+at.Format("150405"), at, 7); err != nil {
			w.Error(err)
		}
	}
	left := func() (n int) {
		for _, s := range w.service.Scheduled("chat") {
			if strings.HasPrefix(s, "theirs-") {
				n++
			}
		}
		return n
	}
	return capacitytest.Neighbour{Put: put, Left: left}
}

func TestTimetabled_Conformance(t *testing.T) {
	for name, lag := range map[string]int{"at once": 0, "shown late": 3} {
		t.Run(name, func(t *testing.T) {
			capacitytest.Timetabled(t, func(t *testing.T) (capacity.Timetabled, time.Time, capacitytest.Neighbour) {
				w := newWorld(t, nil)
				w.service.Lag = lag
				return w.timetabled(""), w.now, w.neighbour()
			})
		})
	}
}

// slots is one slot each quarter of an hour, with alternating numbers.
func slots(n int) []capacity.Slot {
	var all []capacity.Slot
	for i := range n {
		all = append(all, capacity.Slot{At: start.Add(time.Duration(i+1) * 15 * time.Minute), Units: capacity.Units(3 + i%2)})
	}
	return all
}

// calls counts the calls of an operation that reached the server.
func (w *world) calls(operation string) (n int) {
	for _, c := range w.faults.Log() {
		if c.Operation == operation && c.Reached() {
			n++
		}
	}
	return n
}

// A pushed plan is carried out while nothing else calls.
func TestPush_Runs(t *testing.T) {
	w := newWorld(t, func(g *awstest.Group) { g.Reactive = true })
	if _, err := w.timetabled("").Push(t.Context(), w.now, slots(3)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"headroom-20261124T0815Z", "headroom-20261124T0830Z", "headroom-20261124T0845Z"}, w.service.Scheduled("chat")); diff != "" {
		t.Errorf("scheduled actions (-want +got):\n%s", diff)
	}
	w.pass(24 * time.Hour)
	var ran []string
	for i, e := range w.service.Effects() {
		if e.By == "policy" {
			continue
		}
		ran = append(ran, e.By+" "+e.Asked)
		if late := e.At.Sub(start) % (15 * time.Minute); late > 2*time.Minute {
			t.Errorf("effect %d came %v late", i, late)
		}
	}
	want := []string{"headroom-20261124T0815Z MinSize=3", "headroom-20261124T0830Z MinSize=4", "headroom-20261124T0845Z MinSize=3"}
	if diff := cmp.Diff(want, ran); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	if got, err := w.timetabled("").Timetable(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("got the timetable %v, %v after the last slot, want none", got, err)
	}
}

// A long plan goes in batches, and a repeat writes nothing.
func TestPush_Batches(t *testing.T) {
	w := newWorld(t, nil)
	target := w.timetabled("&slots=120")
	for i, want := range []capacity.Pushed{{Put: 120}, {Kept: 120}, {Removed: 110, Kept: 10}} {
		plan := slots(120)
		if i == 2 {
			plan = plan[:10]
		}
		if got, err := target.Push(t.Context(), w.now, plan); err != nil || got != want {
			t.Errorf("push %d changed %+v, %v, want %+v", i, got, err, want)
		}
	}
	if puts, removals := w.calls("BatchPutScheduledUpdateGroupAction"), w.calls("BatchDeleteScheduledAction"); puts != 3 || removals != 3 {
		t.Errorf("%d and %d batches were sent, want 3 and 3", puts, removals)
	}
}

// A minute that somebody takes after we have looked is found out by the refusal
// of one entry: that one moves, the others stand.
func TestPush_CollisionUnseen(t *testing.T) {
	w := newWorld(t, nil)
	w.service.Lag = 3
	w.neighbour().Put(start.Add(30 * time.Minute)) // not shown yet
	target := w.timetabled("")
	if got, err := target.Push(t.Context(), w.now, slots(3)); err != nil || got.Put != 3 {
		t.Fatalf("push: %+v, %v", got, err)
	}
	got, err := target.Timetable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := slots(3)
	want[1].At = want[1].At.Add(time.Minute)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("timetable (-want +got):\n%s", diff)
	}
}

// An entry that moved goes back when its minute is free, also across another.
func TestPush_MovesBack(t *testing.T) {
	w := newWorld(t, nil)
	target := w.timetabled("")
	w.neighbour().Put(start.Add(15 * time.Minute))
	first := []capacity.Slot{{At: start.Add(15 * time.Minute), Units: 5}}
	if _, err := target.Push(t.Context(), w.now, first); err != nil {
		t.Fatal(err)
	}
	// Now the minute that it moved to is a slot of its own: the first would last
	// no time, and is left out.
	second := append(slices.Clone(first), capacity.Slot{At: start.Add(16 * time.Minute), Units: 6})
	if got, err := target.Push(t.Context(), w.now, second); err != nil || got != (capacity.Pushed{Put: 1, Removed: 1}) {
		t.Errorf("got %+v, %v, want one put and one removed", got, err)
	}
	if err := w.service.Unschedule("chat", "theirs-081500"); err != nil {
		t.Fatal(err)
	}
	if got, err := target.Push(t.Context(), w.now, second); err != nil || got != (capacity.Pushed{Put: 1, Kept: 1}) {
		t.Errorf("got %+v, %v, want one put and one kept", got, err)
	}
}

// An entry that goes back leaves its minute before another of ours takes it, in
// whatever order AWS takes a batch.
func TestPush_LeavesFirst(t *testing.T) {
	w := newWorld(t, nil)
	target := w.timetabled("")
	w.neighbour().Put(start.Add(15 * time.Minute))
	plan := []capacity.Slot{{At: start.Add(15 * time.Minute), Units: 5}}
	if _, err := target.Push(t.Context(), w.now, plan); err != nil {
		t.Fatal(err)
	}
	if err := w.service.Unschedule("chat", "theirs-081500"); err != nil {
		t.Fatal(err)
	}
	plan = append(plan, capacity.Slot{At: start.Add(16 * time.Minute), Units: 6})
	if got, err := target.Push(t.Context(), w.now, plan); err != nil || got != (capacity.Pushed{Put: 2}) {
		t.Errorf("got %+v, %v, want two put", got, err)
	}
	if got := w.calls("BatchDeleteScheduledAction"); got != 1 {
		t.Errorf("%d removals before the minute was taken, want 1", got)
	}
}

// An entry that is late is left to run, and one that somebody changed is
// written anew.
func TestPush_LateAndEdited(t *testing.T) {
	w := newWorld(t, nil)
	target := w.timetabled("")
	plan := slots(3)
	if _, err := target.Push(t.Context(), w.now, plan); err != nil {
		t.Fatal(err)
	}
	if err := w.service.Schedule("chat", "headroom-20261124T0845Z", plan[2].At, 19); err != nil {
		t.Fatal(err)
	}
	w.pass(15 * time.Minute) // the first is due, and late
	if got, err := target.Push(t.Context(), w.now, plan); err != nil || got != (capacity.Pushed{Put: 1, Kept: 1}) {
		t.Errorf("got %+v, %v, want one put and one kept", got, err)
	}
	w.pass(3 * time.Minute)
	if got := w.service.Size("chat").Min; got != 3 {
		t.Errorf("the minimum is %d, want the 3 of the late entry", got)
	}
}

func TestPush_Errors(t *testing.T) {
	put, remove, look := "BatchPutScheduledUpdateGroupAction", "BatchDeleteScheduledAction", "DescribeScheduledActions"
	for name, c := range map[string]struct {
		others    int // entries of somebody else
		operation string
		fault     awstest.Fault
		plan      []capacity.Slot
		want      error
		says      string
	}{
		"more than allowed":   {plan: slots(101), want: capacity.ErrQuota, says: "101 slots, and 100 are allowed; plan fewer changes"},
		"no room":             {others: 30, plan: slots(96), want: capacity.ErrQuota, says: "room for 95 of the 125"},
		"above the maximum":   {plan: []capacity.Slot{{At: start.Add(time.Hour), Units: 21}}, want: capacity.ErrOutOfBounds, says: "MaxSize of the group is 20; raise it"},
		"put throttled":       {operation: put, fault: awstest.Fault{Code: "Throttling"}, plan: slots(2), want: capacity.ErrTargetBusy, says: "asked again later"},
		"put over the limit":  {operation: put, fault: awstest.Fault{Code: "LimitExceeded"}, plan: slots(2), want: capacity.ErrQuota, says: "limit of the account"},
		"put taken":           {operation: put, fault: awstest.Fault{Code: "AlreadyExists"}, plan: slots(2), want: capacity.ErrConflict, says: "somebody else has taken"},
		"put lost":            {operation: put, fault: awstest.Fault{Lost: true}, plan: slots(2), says: "no answer"},
		"remove contended":    {operation: remove, fault: awstest.Fault{Code: "ResourceContention", Status: 500}, plan: slots(0), want: capacity.ErrTargetBusy, says: "somebody else"},
		"look denied":         {operation: look, fault: awstest.Fault{Code: "AccessDenied", Status: 403}, plan: slots(2), want: capacity.ErrAccess, says: "policy in deploy/"},
		"server out of order": {operation: look, fault: awstest.Fault{Status: 500}, plan: slots(2), says: "ServiceUnavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			target := w.timetabled("")
			if c.operation == remove {
				if _, err := target.Push(t.Context(), w.now, slots(1)); err != nil {
					t.Fatal(err)
				}
			}
			for i := range c.others {
				w.neighbour().Put(start.Add(100*time.Hour + time.Duration(i)*time.Second))
			}
			w.faults.Plan = awstest.Script(map[string][]awstest.Fault{c.operation: {c.fault}})
			_, err := target.Push(t.Context(), w.now, c.plan)
			wantError(t, err, c.want, "push a timetable to", "aws-asg://us-east-1/chat?mode=schedule", c.says)
			// Whatever happened, a repeat of a possible plan puts it right.
			if len(c.plan) < 10 && c.want != capacity.ErrOutOfBounds { //nolint:errorlint // the table holds the sentinels themselves
				if _, err := target.Push(t.Context(), w.now, c.plan); err != nil {
					t.Errorf("push again: %v", err)
				}
				if got, err := target.Timetable(t.Context()); err != nil || len(got) != len(c.plan) {
					t.Errorf("got the timetable %v, %v, want %v", got, err, c.plan)
				}
			}
		})
	}
}

// Under faults by lot, repeats bring every plan to stand, and nobody else's
// entry is lost.
func TestPush_FaultsByLot(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, nil)
			w.service.Lag = int(seed % 3)
			n := w.neighbour()
			n.Put(start.Add(45 * time.Minute))
			w.faults.Plan = awstest.Seeded(seed, 0.3, awstest.Fault{Lost: true}, awstest.Fault{Code: "Throttling"}, awstest.Fault{Status: 503})
			target := w.timetabled("")
			for _, plan := range [][]capacity.Slot{slots(60), slots(20), slots(70)[5:]} {
				err := fmt.Errorf("not begun")
				for try := 0; try < 60 && err != nil; try++ {
					_, err = target.Push(t.Context(), w.now, plan)
				}
				if err != nil {
					t.Fatalf("after 60 tries: %v", err)
				}
				if got := len(w.service.Scheduled("chat")); got != len(plan)+1 {
					t.Errorf("%d scheduled actions, want %d and one of somebody else", got, len(plan))
				}
			}
		})
	}
}
