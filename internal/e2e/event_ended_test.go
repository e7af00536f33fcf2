package e2e_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"headroom/activities/events"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/executor"
	"headroom/executor/event"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// launchOf is the preparation of a launch by which the target has to be allowed
// more than its upper limit of 40.
func (s *site) launchOf(t *testing.T, from, to time.Duration, clock capacity.Clock) (id string, in workflows.EventState) {
	t.Helper()
	launch := capacity.Event{Name: "launch", From: s.origin.Add(from), To: s.origin.Add(to)}
	pool := s.policy.Pools[0]
	s.policy.Events = []capacity.Event{launch}
	return workflows.EventID(s.policy.Service, launch.Name), workflows.EventState{
		Clock: clock, By: "test",
		State: event.State{Service: s.forced(t, s.policy), Event: launch, Pools: []event.Need{{Pool: pool.Name, Target: pool.Target, Units: 50, Lead: 4 * time.Minute}}},
	}
}

// limit is the target's upper limit.
func (s *site) limit(t *testing.T) capacity.Units {
	t.Helper()
	moves := s.bounds(t)
	if len(moves) == 0 {
		return 40
	}
	return moves[len(moves)-1].To
}

// TestPrepareEvent_Ended: what Cancel and Terminate do to a preparation. Cancel
// restores what it raised. Terminate leaves it, and what is left is restored by the
// next run, or by one that only restores.
func TestPrepareEvent_Ended(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	s.small("sim://chat?leadTime=4m&units=10&max=40", 24*time.Hour)
	s.policy.Pools[0].UnitRate, s.policy.Pools[0].Max = 200, 60
	clock := capacity.Replay(s.origin, eventSpeed)
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, workflows.PlanInput{Service: s.forced(t, s.policy), Clock: clock}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	id, in := s.launchOf(t, time.Hour, 200*time.Hour, clock)
	holds := func() {
		t.Helper()
		run := s.start(t, id, workflows.PrepareEvent, in)
		eventually(t, "the event is held", func() bool {
			var state workflows.EventState
			value, err := s.temporal.QueryWorkflow(t.Context(), id, run.GetRunID(), workflows.StatusQuery)
			return err == nil && value.Get(&state) == nil && !state.Ready.IsZero()
		})
		if got := s.limit(t); got != 50 {
			t.Fatalf("the upper limit is %d while the event is held, want 50", got)
		}
	}
	terminate := func() {
		t.Helper()
		if err := s.temporal.TerminateWorkflow(t.Context(), id, "", "to see what is left"); err != nil {
			t.Fatal(err)
		}
		if got := s.limit(t); got != 50 {
			t.Errorf("the upper limit is %d after Terminate, want it left at 50", got)
		}
	}
	cancel := func() {
		t.Helper()
		if err := s.temporal.CancelWorkflow(t.Context(), id, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), nil); !temporal.IsCanceledError(err) {
			t.Errorf("it ended with %v, want it cancelled", err)
		}
		if got := s.limit(t); got != 40 {
			t.Errorf("the upper limit is %d, want 40 again", got)
		}
	}
	holds()
	terminate()
	holds() // again: the limit that it finds is not the one to restore
	cancel()
	holds()
	terminate()
	restore := in
	restore.Pools, restore.RestoreOnly = nil, true
	if err := s.start(t, id, workflows.PrepareEvent, restore).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.limit(t); got != 40 {
		t.Errorf("the upper limit is %d after a run that only restores, want 40", got)
	}
	if left, err := s.temporal.QueryWorkflow(t.Context(), workflows.ExecuteID(s.policy.Service), "", workflows.StatusQuery); err != nil {
		t.Error(err)
	} else {
		var state executor.Status
		if err := left.Get(&state); err != nil || len(state.Overrides) > 0 {
			t.Errorf("the conductor has the overrides %v (%v) still, want none", state.Overrides, err)
		}
	}
	if record, err := events.ReadRecord(t.Context(), aws.Store{Client: s.s3, Bucket: devstack.Bucket}, s.policy.Service, "launch"); record != nil || err != nil {
		t.Errorf("got record %+v, %v, want it removed", record, err)
	}
}

// TestPrepareEvent_Upgrade: a preparation is pinned to the build on which it began,
// and continues as new on the next one once that is current, with its state.
func TestPrepareEvent_Upgrade(t *testing.T) {
	needServers(t)
	s := newSite(t)
	const deployment = "test"
	start := func(build string) {
		t.Helper()
		s.env = []string{"TEMPORAL_DEPLOYMENT_NAME=" + deployment, "TEMPORAL_WORKER_BUILD_ID=" + build}
		s.startWorker(t, devstack.Bucket)
		var err error
		eventually(t, "Temporal knows "+build+" on both queues", func() bool {
			_, _, err = s.deployment(deployment).Promote(t.Context(), build, 100)
			return err == nil
		})
	}
	start("1")
	s.small("sim://chat?leadTime=4m&units=10&max=40", 24*time.Hour)
	id, in := s.launchOf(t, 2000*time.Hour, 2001*time.Hour, capacity.Replay(s.origin, 3600))
	run := s.start(t, id, workflows.PrepareEvent, in)
	on := func() (build, runID string) {
		d, err := s.temporal.DescribeWorkflowExecution(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		info := d.GetWorkflowExecutionInfo()
		return info.GetVersioningInfo().GetDeploymentVersion().GetBuildId(), info.GetExecution().GetRunId()
	}
	eventually(t, "the preparation is on the first build", func() bool { build, _ := on(); return build == "1" })
	start("2")
	eventually(t, "the preparation is on the second build", func() bool { build, _ := on(); return build == "2" })
	if _, runID := on(); runID == run.GetRunID() {
		t.Error("the run itself moved to the second build, want it continued as new there")
	}
	var state workflows.EventState
	value, err := s.temporal.QueryWorkflow(t.Context(), id, "", workflows.StatusQuery)
	if err == nil {
		err = value.Get(&state)
	}
	if err != nil || state.Phase != event.Waiting || len(state.Most) != 1 {
		t.Errorf("it is in phase %q with %d pools (%v), want it to wait as before", state.Phase, len(state.Most), err)
	}
}
