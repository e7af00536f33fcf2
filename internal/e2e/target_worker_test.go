package e2e_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/execution"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/internal/targetworker"
	"headroom/workflows"
)

// pair writes a pair of Ed25519 keys, and returns their files.
func pair(t *testing.T) (private, public string) {
	t.Helper()
	half, whole, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, data []byte, err error) string {
		path := filepath.Join(t.TempDir(), name)
		if err == nil {
			err = os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	data, err := x509.MarshalPKCS8PrivateKey(whole)
	private = write("private.pem", "PRIVATE KEY", data, err)
	data, err = x509.MarshalPKIXPublicKey(half)
	return private, write("public.pem", "PUBLIC KEY", data, err)
}

// standalone starts an activity outside of a workflow, as anybody can who reaches Temporal,
// and returns the error that it ends with.
func (s *site) standalone(t *testing.T, queue, name string, in any) error {
	t.Helper()
	handle, err := s.temporal.ExecuteActivity(t.Context(), client.StartActivityOptions{
		ID: "evil/" + name, TaskQueue: queue, ScheduleToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
	}, name, in)
	if err != nil {
		t.Fatal(err)
	}
	return handle.Get(t.Context(), nil)
}

// TestTargetWorker: the planning worker reaches no target by itself, and the target worker
// neither the bucket nor a workflow. While the target worker is away, plans are made, and
// what is asked for says so; it is carried out once the target worker is back. What somebody
// else starts is refused by both.
func TestTargetWorker(t *testing.T) {
	needServers(t)
	s := newSite(t)
	private, public := pair(t)
	s.env = []string{"HEADROOM_TARGETS=sim://eu1@", "HEADROOM_TARGET_KEY=" + private, "HEADROOM_FLEET=" + t.TempDir()}
	s.startWorker(t, devstack.Bucket)
	const target = "sim://eu1@chat?leadTime=8m&units=60"
	s.small(target, 24*time.Hour)
	in := workflows.PlanInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, 50)}
	plan := func() capacity.Plan {
		var result workflows.PlanResult
		if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, in).Get(t.Context(), &result); err != nil {
			t.Fatal(err)
		}
		return s.stored(t, result)
	}
	s.env = []string{
		"HEADROOM_TARGET_WORKER=eu1", "HEADROOM_TARGET_PUBLIC_KEY=" + public, "HEADROOM_TARGETS=sim://chat", "HEADROOM_MAX_UNITS=400",
		"HEADROOM_S3_ENDPOINT=http://127.0.0.1:1", "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "HEADROOM_WORKER_KEY=",
	}
	first := s.startWorker(t, devstack.Bucket)
	carriedOut := func(p capacity.Plan) {
		t.Helper()
		eventually(t, "an action of the plan is done by the target worker", func() bool {
			return slices.ContainsFunc(s.outcomes(t, p.ID), func(o capacity.Outcome) bool { return o.Verdict == capacity.Done })
		})
	}
	carriedOut(plan())
	first.kill(t)
	p := plan()
	_, before := s.ledger(t)
	if !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, "headroom-targets-eu1") }) {
		t.Errorf("the notes of a plan that was made while the target worker was away do not say so: %q", p.Notes)
	}
	eventually(t, "an action says that the target worker is away", func() bool {
		return slices.ContainsFunc(s.pending(t, workflows.ExecuteID(s.policy.Service)), func(p *workflow.PendingActivityInfo) bool {
			return p.GetActivityType().GetName() == "Act" && p.GetLastFailure().GetApplicationFailureInfo().GetType() == "Away"
		})
	})
	if _, log := s.ledger(t); len(log) > len(before) {
		t.Fatalf("the target was changed without a target worker: %v", log[len(before):])
	}
	s.startWorker(t, devstack.Bucket)
	carriedOut(p)
	action := capacity.Action{ID: "evil", Target: target, Units: 399}
	if err := s.standalone(t, workflows.Queue, "Act", execution.ActInput{Service: s.policy.Service, Action: action, Orders: execution.AnyOrders}); err == nil || !strings.Contains(err.Error(), "no worker has signed it") {
		t.Errorf("an action that no workflow started: got %v, want it refused", err)
	}
	forged := targetworker.Signed{Call: []byte(`{"ID":"evil/CallTarget","Worker":"eu1","Target":"sim://chat","Method":"Scale","Expires":"2999-01-01T00:00:00Z","Action":{"ID":"evil","Units":399}}`), Signature: make([]byte, ed25519.SignatureSize)}
	if err := s.standalone(t, targetworker.Queue("eu1"), targetworker.CallTarget, forged); err == nil || !strings.Contains(err.Error(), "not signed by the planning workers") {
		t.Errorf("a call that the planning workers have not signed: got %v, want it refused", err)
	}
	if _, log := s.ledger(t); slices.ContainsFunc(log, func(c local.Change) bool { return c.Action == "evil" }) {
		t.Errorf("a refused action has changed the target: %v", log)
	}
}
