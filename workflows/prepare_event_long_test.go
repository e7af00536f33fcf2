package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/events"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/workflows"
)

// A longEvent is a week-long event in a test: pools of which no more than 3 units
// ever serve, and that are allowed 20.
type longEvent struct {
	*world
	env    *testsuite.TestWorkflowEnvironment
	state  workflows.EventState
	runs   int
	events int // about so many has the history of all runs
	now    time.Time
	speak  int // how often the conductor was asked for something
}

func newLongEvent(t *testing.T, pools int) *longEvent {
	t.Helper()
	l := &longEvent{world: newWorld(t, capacity.Auto), now: origin}
	l.policy.Pools = nil
	e := capacity.Event{Name: "fair", From: origin.Add(2 * time.Hour), To: origin.Add(7*24*time.Hour + 2*time.Hour)}
	l.state = workflows.EventState{By: "ann", State: event.State{Service: "web", Event: e}}
	for i := range pools {
		pool := capacity.Pool{Name: fmt.Sprint("p", i), Target: capacity.TargetName(fmt.Sprintf("sim://p%d?leadTime=5m&units=2&max=20&limit=3", i)), UnitRate: 100, Max: 80, LeadTime: 5 * time.Minute}
		l.policy.Pools = append(l.policy.Pools, pool)
		l.state.Pools = append(l.state.Pools, event.Need{Pool: pool.Name, Target: pool.Target, Units: 40, Lead: pool.LeadTime})
	}
	l.policy.Events = []capacity.Event{e}
	l.forced(t, l.policy)
	l.acts.Now = func() time.Time { return l.env.Now() }
	given := map[string]bool{}
	l.ports.order = func(_ context.Context, in events.OrderInput) error {
		l.speak++
		units := in.Override.Units
		if in.Clear {
			units = 2
		} else if given[in.Override.ID] {
			return nil
		}
		given[in.Override.ID] = !in.Clear
		for _, pool := range l.policy.Pools {
			if strings.HasSuffix(in.Override.ID, "/"+pool.Name) {
				return l.target(t, pool.Target).Scale(t.Context(), capacity.Action{ID: fmt.Sprint(in.Override.ID, in.Clear), Units: units})
			}
		}
		return nil
	}
	return l
}

func (l *longEvent) target(t *testing.T, name capacity.TargetName) *local.Target {
	t.Helper()
	target, err := local.Fleet{Dir: filepath.Join(l.dir, "fleet"), Now: l.env.Now}.Target(name)
	if err != nil {
		t.Fatal(err)
	}
	return target.(*local.Target)
}

// limits is the upper limits of the targets.
func (l *longEvent) limits(t *testing.T) (all []capacity.Units) {
	t.Helper()
	for _, pool := range l.policy.Pools {
		limits, err := l.target(t, pool.Target).Limits(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, limits.Max)
	}
	return all
}

// run runs the preparation until it ends, continuing as new after about so many
// events; once it has done so stop times, it does not go on: it is terminated.
func (l *longEvent) run(t *testing.T, most, stop int) (end workflows.EventState, stopped bool) {
	t.Helper()
	for in, begun, last := l.state, l.runs, ""; ; last = "the run before" {
		l.runs++
		l.env = l.world.env()
		l.env.SetStartTime(l.now)
		l.env.SetTestTimeout(time.Minute)
		l.env.SetContinuedExecutionRunID(last)
		before := l.events
		count := func(n int) {
			l.events += n
			l.env.SetContinueAsNewSuggested(l.events-before > most)
		}
		// An activity is scheduled, started and ended, and a timer started and fired;
		// each has a workflow task of three events after it.
		l.env.SetOnActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) { count(6) })
		l.env.SetOnTimerFiredListener(func(string) { count(5) })
		l.env.ExecuteWorkflow(workflows.PrepareEvent, in)
		l.now = l.env.Now()
		err := l.env.GetWorkflowError()
		if err == nil {
			if err := l.env.GetWorkflowResult(&end); err != nil {
				t.Fatal(err)
			}
			return end, false
		}
		renewed, ok := errors.AsType[*workflow.ContinueAsNewError](err)
		if !ok {
			t.Fatal(err)
		}
		in = workflows.EventState{}
		if err := converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &in); err != nil {
			t.Fatal(err)
		}
		if stop > 0 && l.runs-begun == stop {
			return in, true
		}
	}
}

// A week-long event of 12 pools whose units never serve used to be terminated by
// Temporal after ten hours, at 51,200 events, with all limits raised. Now it ends
// restored, also where its runs continue as new all the time.
func TestPrepareEvent_Week(t *testing.T) {
	for _, c := range []struct{ pools, most, runs int }{{1, 4096, 1}, {3, 4096, 1}, {12, 4096, 1}, {12, 100, 5}} {
		t.Run(fmt.Sprintf("%d pools, %d events a run", c.pools, c.most), func(t *testing.T) {
			l := newLongEvent(t, c.pools)
			end, _ := l.run(t, c.most, 0)
			t.Logf("%d events in %d runs, %d orders", l.events, l.runs, l.speak)
			for i, limit := range l.limits(t) {
				if limit != 20 {
					t.Errorf("the limit of pool %d is left at %d, want 20", i, limit)
				}
			}
			if len(end.Raised) != c.pools || end.Phase != event.Done || !end.Ready.IsZero() {
				t.Errorf("got %d limits raised, phase %q, ready at %s, want %d, done, never", len(end.Raised), end.Phase, end.Ready, c.pools)
			}
			if l.events > 1500 || l.runs < c.runs {
				t.Errorf("got %d events in %d runs, want at most 1,500 in at least %d", l.events, l.runs, c.runs)
			}
		})
	}
}

// What a terminated run left is restored by the next one, whether it prepares the
// event again or only restores.
func TestPrepareEvent_Terminated(t *testing.T) {
	for name, restoreOnly := range map[string]bool{"started again": false, "called off": true} {
		t.Run(name, func(t *testing.T) {
			l := newLongEvent(t, 2)
			if left, stopped := l.run(t, 100, 1); !stopped || left.Phase != event.Holding {
				t.Fatalf("the first run ended in phase %q, want it to hold", left.Phase)
			}
			if got := l.limits(t); got[0] != 40 {
				t.Fatalf("the limits are %v, want them raised", got)
			}
			if restoreOnly {
				l.state.Pools, l.state.RestoreOnly = nil, true
			} else {
				l.state.Pools[0].Units = 50
			}
			end, _ := l.run(t, 4096, 0)
			if got := l.limits(t); got[0] != 20 || got[1] != 20 {
				t.Errorf("the limits are left at %v, want 20: %q", got, end.Notes)
			}
			record, err := events.ReadRecord(t.Context(), l.acts.Store, "web", "fair")
			if record != nil || err != nil {
				t.Errorf("got record %+v, %v, want it removed", record, err)
			}
			for _, pool := range l.policy.Pools {
				if state, err := l.target(t, pool.Target).State(t.Context()); err != nil || state.Units != 2 {
					t.Errorf("%s is asked for %d units (%v), want 2 as before", pool.Target, state.Units, err)
				}
			}
		})
	}
}
