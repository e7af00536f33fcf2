package e2e_test

import (
	"syscall"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// stop tells a worker to stop, as an orchestrator does, and waits until it has.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		t.Errorf("the worker ended with %v, want it to end well", err)
	}
}

// TestStop_Finishes: a worker that is told to stop finishes what it has begun. What
// the server hands it in the moment in which it stops is missed and done elsewhere,
// as after a kill: of that the test says nothing.
func TestStop_Finishes(t *testing.T) {
	needServers(t)
	s := newSite(t)
	worker := s.startWorker(t, devstack.Bucket)
	id := workflows.RetrainID(s.policy.Service)
	s.start(t, id, workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, 1)})
	eventually(t, "a backtest is under way", func() bool { return under(s.pending(t, id), "Backtest") > 0 })
	begun := map[string]bool{}
	for _, p := range s.pending(t, id) {
		begun[p.GetActivityId()] = p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED
	}
	worker.stop(t)
	for _, p := range s.pending(t, id) {
		if !begun[p.GetActivityId()] {
			continue
		}
		if p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED || p.GetAttempt() > 1 || p.GetLastFailure() != nil {
			t.Errorf("%s is %s in attempt %d after %v, want it finished", p.GetActivityType().GetName(), p.GetState(), p.GetAttempt(), p.GetLastFailure())
		}
	}
}

// TestStop_HandsBack: what a worker cannot finish in time, another one takes up
// at once: nobody waits until it is missed.
func TestStop_HandsBack(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.env = []string{"HEADROOM_STOP=200ms"}
	worker := s.startWorker(t, devstack.Bucket)
	s.small("sim://chat?leadTime=8m&units=60", 4*time.Hour)
	// Units take twenty seconds to come up, a hundred times as long as the worker has.
	in := workflows.PlanInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, 25)}
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, in).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	conductor := workflows.ExecuteID(s.policy.Service)
	eventually(t, "units are watched, and nothing else is done", func() bool {
		pending := s.pending(t, conductor)
		return len(pending) == 1 && under(pending, "Verify") == 1
	})
	worker.stop(t)
	eventually(t, "all that was under way is handed back", func() bool { // a worker that is missed leaves another failure
		for _, p := range s.pending(t, conductor) {
			if p.GetLastFailure().GetApplicationFailureInfo().GetType() != "HandedBack" {
				return false
			}
		}
		return true
	})
	s.env = nil
	s.startWorker(t, devstack.Bucket)
	eventually(t, "another worker has taken up the watch", func() bool {
		for _, p := range s.pending(t, conductor) {
			if p.GetActivityType().GetName() == "Verify" && p.GetAttempt() == 2 && p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED {
				return true
			}
		}
		return false
	})
}
