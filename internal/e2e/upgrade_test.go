package e2e_test

import (
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/internal/rollout"
	"headroom/workflows"
)

// TestUpgrade: workers are replaced by those of the next version under a plan
// that waits for approval and one that is being carried out. The first ends on
// the old version; the conductor, and all that is new, goes to the new one.
func TestUpgrade(t *testing.T) {
	needServers(t)
	s := newSite(t)
	const deployment = "test"
	version := func(build string) *process {
		s.env = []string{"TEMPORAL_DEPLOYMENT_NAME=" + deployment, "TEMPORAL_WORKER_BUILD_ID=" + build}
		return s.startWorker(t, devstack.Bucket)
	}
	workers := s.deployment(deployment)
	promote := func(build string, percent float32) {
		t.Helper()
		var err error
		eventually(t, "Temporal knows "+build+" on both queues", func() bool {
			_, _, err = workers.Promote(t.Context(), build, percent)
			return err == nil
		})
	}
	on := func(id string) string {
		t.Helper()
		d, err := s.temporal.DescribeWorkflowExecution(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		return d.GetWorkflowExecutionInfo().GetVersioningInfo().GetDeploymentVersion().GetBuildId()
	}

	old := version("1")
	promote("1", 100)
	p := s.hand(t, "sim://chat?leadTime=8m&units=60", 24*time.Hour)
	conductor := workflows.ExecuteID(s.policy.Service)
	waits := s.policy
	waits.Service, waits.Control = "waits", capacity.Control{Mode: capacity.Approve, Approval: capacity.Approval{Expires: 4 * time.Hour}}
	waiting := s.start(t, workflows.PlanID("waits"), workflows.Plan, workflows.PlanInput{Service: s.forced(t, waits), Clock: capacity.Replay(s.origin, 1)})
	var planned workflows.PlanResult
	eventually(t, "a plan waits for approval", func() bool {
		value, err := s.temporal.QueryWorkflow(t.Context(), waiting.GetID(), "", workflows.StatusQuery)
		return err == nil && value.Get(&planned) == nil && planned.Verdict == workflows.Waiting
	})
	if on(conductor) != "1" || on(waiting.GetID()) != "1" {
		t.Fatalf("the conductor is on %q and the plan on %q, want both on 1", on(conductor), on(waiting.GetID()))
	}

	version("2")
	promote("2", 10)
	promote("2", 100)
	versions, err := workers.Versions(t.Context())
	if err != nil || len(versions) != 2 || versions[0].Build != "2" || versions[0].State != rollout.Current || versions[1].State == rollout.Current {
		t.Errorf("got %+v, %v, want 2 current, and 1 not", versions, err)
	}
	retrain := workflows.RetrainID(s.policy.Service)
	if err := s.start(t, retrain, workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, 1)}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the conductor has moved", func() bool { return on(conductor) == "2" })
	if on(retrain) != "2" || on(waiting.GetID()) != "1" {
		t.Errorf("a new run is on %q and the one that waits on %q, want 2 and 1", on(retrain), on(waiting.GetID()))
	}
	// The old version is needed until what began on it has ended.
	s.tell(t, waiting.GetID(), workflows.RejectUpdate, workflows.Decision{Plan: planned.Plan.Plan.ID, By: "ann", Why: "enough seen"})
	var ended workflows.PlanResult
	if err := waiting.Get(t.Context(), &ended); err != nil || ended.Verdict != workflows.Rejected || on(waiting.GetID()) != "1" {
		t.Errorf("the plan ended %s, %v on %q, want it rejected on 1", ended.Verdict, err, on(waiting.GetID()))
	}
	old.stop(t)
	before := len(s.outcomes(t, p.ID))
	eventually(t, "the conductor acts without the old worker", func() bool { return len(s.outcomes(t, p.ID)) > before })
}

// deployment is a worker deployment of the site.
func (s *site) deployment(name string) rollout.Deployment {
	return rollout.Deployment{Temporal: s.temporal, Name: name, Queues: []rollout.Queue{
		{Name: workflows.Queue, Type: enumspb.TASK_QUEUE_TYPE_WORKFLOW}, {Name: workflows.ComputeQueue, Type: enumspb.TASK_QUEUE_TYPE_ACTIVITY},
	}}
}
