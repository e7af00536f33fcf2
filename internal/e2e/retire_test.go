package e2e_test

import (
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestRetire: a service whose policy is gone is left at the most that its plan
// asks for later, and nobody carries the plan out any more; also where the worker
// is lost between the conductor's end and the raise.
func TestRetire(t *testing.T) {
	needServers(t)
	s := newSite(t)
	worker := s.startWorker(t, devstack.Bucket)
	// An answer of the target that is lost once leaves the raise open for a while.
	p := s.hand(t, "sim://chat?leadTime=8m&units=60&lost=2", 12*time.Hour)
	conductor := workflows.ExecuteID(p.Service)
	eventually(t, "an action is recorded", func() bool { return len(s.outcomes(t, p.ID)) > 0 })

	in := workflows.RetireInput{Caller: workflows.Caller{By: "ann"}, Service: p.Service, Why: "its policy was removed"}
	run := s.start(t, workflows.RetireID(p.Service), workflows.Retire, in)
	eventually(t, "the conductor has ended", func() bool {
		d, err := s.temporal.DescribeWorkflow(t.Context(), conductor, "")
		return err == nil && d.WorkflowCloseTime != nil
	})
	worker.kill(t)
	s.startWorker(t, devstack.Bucket)
	var result workflows.RetireResult
	if err := run.Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	var state executor.State
	if err := s.temporal.GetWorkflow(t.Context(), conductor, "").Get(t.Context(), &state); err != nil {
		t.Fatal(err)
	}
	if state.Aborted == nil || state.Aborted.By != workflows.RetireID(p.Service) {
		t.Errorf("the conductor ended with %+v, want it aborted by its retirement", state.Aborted)
	}
	target, err := local.Fleet{Dir: s.fleet}.Target("sim://chat")
	if err != nil {
		t.Fatal(err)
	}
	got, err := target.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log, err := target.(*local.Target).Log()
	if err != nil {
		t.Fatal(err)
	}
	if last := log[len(log)-1]; last.Action != p.ID+"/"+p.Pools[0].Pool+"/retire" {
		t.Errorf("the last change of the target is %+v, want the one that retires it", last)
	}
	for _, step := range p.Pools[0].Steps {
		if step.Start.After(state.Aborted.At) && step.Units > got.Units {
			t.Errorf("left at %d units, the plan asks for %d at %s", got.Units, step.Units, step.Start)
		}
	}
	if len(result.Left) != 1 || !strings.Contains(result.Left[0], "is left at") {
		t.Errorf("got %q, want how its one target is left", result.Left)
	}
}

// TestRetire_Paused: what a person has paused is left exactly as it is.
func TestRetire_Paused(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	p := s.hand(t, "sim://chat?leadTime=8m&units=60", 4*time.Hour)
	conductor := workflows.ExecuteID(p.Service)
	eventually(t, "an action is recorded", func() bool { return len(s.outcomes(t, p.ID)) > 0 })
	s.tell(t, conductor, executor.PauseOrder, executor.Order{By: "bob", Why: "repairs"})
	_, before := s.ledger(t)
	var result workflows.RetireResult
	in := workflows.RetireInput{Caller: workflows.Caller{By: "ann"}, Service: p.Service, Why: "its policy was removed"}
	if err := s.start(t, workflows.RetireID(p.Service), workflows.Retire, in).Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	if _, after := s.ledger(t); len(after) != len(before) || len(result.Left) != 1 || !strings.Contains(result.Left[0], "bob had paused it") {
		t.Errorf("got %q and %d changes after %d, want it left as bob paused it", result.Left, len(after), len(before))
	}
}
