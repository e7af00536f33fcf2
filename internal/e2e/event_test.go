package e2e_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/lockedfile"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// eventSpeed lets the time in which a killed worker is missed be two hours.
const eventSpeed = 600

// bounds is every move of the target's upper bound.
func (s *site) bounds(t *testing.T) []local.Change {
	t.Helper()
	data, err := os.ReadFile(s.ledgerPath())
	if err != nil {
		t.Fatal(err)
	}
	var ledger struct{ Limits []local.Change }
	if err := json.Unmarshal(data, &ledger); err != nil {
		t.Fatal(err)
	}
	return ledger.Limits
}

// strike kills the worker while it runs an activity of the workflow that has to
// wait for the fleet, and starts another.
func (s *site) strike(t *testing.T, worker *process, id, activity string) *process {
	t.Helper()
	eventually(t, activity+" is under way", func() bool {
		unlock, err := lockedfile.MutexAt(s.ledgerPath() + ".lock").Lock()
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		// Whatever asks the fleet for something now waits; if it is another
		// activity, it is let go, and the one after it waits behind this lock.
		for range 100 {
			if under(s.pending(t, id), activity) > 0 {
				worker.kill(t)
				return true
			}
		}
		return false
	})
	return s.startWorker(t, devstack.Bucket)
}

// TestPrepareEvent_SurvivesWorker kills the worker in each step of the preparation
// that touches the target: nothing is left raised, and nothing is done twice.
func TestPrepareEvent_SurvivesWorker(t *testing.T) {
	needServers(t)
	s := newSite(t)
	worker := s.startWorker(t, devstack.Bucket)
	target := capacity.TargetName("sim://chat?leadTime=4m&units=10&max=40")
	s.small(target, 24*time.Hour)
	s.policy.Pools[0].UnitRate, s.policy.Pools[0].Max = 200, 60
	clock := capacity.Replay(s.origin, eventSpeed)
	var planned workflows.PlanResult
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, workflows.PlanInput{Service: s.forced(t, s.policy), Clock: clock}).Get(t.Context(), &planned); err != nil {
		t.Fatal(err)
	}
	launch := capacity.Event{Name: "launch", From: s.origin.Add(3 * time.Hour), To: s.origin.Add(16 * time.Hour), Ramp: 30 * time.Minute}
	id := workflows.EventID(s.policy.Service, launch.Name)
	s.policy.Events = []capacity.Event{launch}
	run := s.start(t, id, workflows.PrepareEvent, workflows.EventState{
		Clock: clock, By: "test",
		State: event.State{Service: s.forced(t, s.policy), Event: launch, Pools: []event.Need{{Pool: s.policy.Pools[0].Name, Target: target, Units: 50, Lead: 4 * time.Minute}}},
	})
	for _, activity := range []string{"Preflight", "RaiseLimit", "HoldEvent", "RestoreLimits"} {
		worker = s.strike(t, worker, id, activity)
	}
	var end workflows.EventState
	if err := run.Get(t.Context(), &end); err != nil {
		t.Fatal(err)
	}
	want := []local.Change{{Action: id + "/" + string(target), From: 40, To: 50}, {Action: id + "/" + string(target) + "/restore", From: 50, To: 40}}
	if diff := cmp.Diff(want, s.bounds(t), cmpopts.IgnoreFields(local.Change{}, "At")); diff != "" {
		t.Errorf("moves of the bound (-want +got):\n%s", diff)
	}
	if end.Ready.IsZero() || len(end.Raised) != 1 {
		t.Errorf("got ready at %s with %d bounds raised, want what it needs to have served, and one", end.Ready, len(end.Raised))
	}
	raised := 0
	_, log := s.ledger(t)
	for _, change := range log {
		if change.To == 50 {
			raised++
		}
	}
	if raised != 1 {
		t.Errorf("the target was brought to 50 units %d times, want once: %+v", raised, log)
	}
}
