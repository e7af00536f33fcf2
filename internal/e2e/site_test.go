package e2e_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"headroom"
	"headroom/activities/policies"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/codec"
	"headroom/internal/devstack"
	"headroom/internal/proof"
	"headroom/internal/signedcalls"
	"headroom/policy"
	"headroom/workflows"
)

// patience is how long a test waits for anything before it gives up.
const patience = 3 * time.Minute

// A site is a running stack with a real trace in its bucket, and a policy.
type site struct {
	stack    *devstack.Stack
	temporal client.Client
	s3       *aws.Client
	fleet    string   // folder
	env      []string // more of the worker's environment
	wrap     []string // a program that starts the worker, and what it is told
	program  string   // the worker; empty: the real one
	policy   capacity.Policy
	origin   time.Time  // end of the trace
	keys     proof.Keys // of the workers
	slow     float64    // how much slower than speed the clock of plans is that are handed over; zero: as fast
}

func newSite(t testing.TB) *site {
	t.Helper()
	return newSealedSite(t, "")
}

// workerKey is the key of the workers of every site, with which recorded histories are
// signed, too.
const workerKey = "aGVhZHJvb20ncyB0ZXN0cywgYW5kIG5vYm9keSBlbHM="

// parseKey reads the key of the workers.
func parseKey(t testing.TB) proof.Keys {
	t.Helper()
	keys, err := proof.ParseKeys(workerKey)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// newSealedSite is a site where Temporal gets nothing in clear, if there are
// keys.
func newSealedSite(t testing.TB, keys string) *site {
	t.Helper()
	stack, err := devstack.Start(t.Context(), devstack.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stack.Stop(); err != nil {
			t.Error(err)
		}
	})
	s := &site{stack: stack, fleet: t.TempDir()}
	options := client.Options{
		HostPort: stack.TemporalAddress,
		Logger:   log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	}
	if keys != "" {
		ring, err := codec.ParseKeys(keys)
		if err != nil {
			t.Fatal(err)
		}
		ring.Seal(&options)
		s.env = []string{"HEADROOM_CODEC_KEYS=" + keys}
	}
	s.keys = parseKey(t)
	signedcalls.Sign(&options, s.keys)
	s.temporal, err = client.DialContext(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.temporal.Close)
	s.s3, err = aws.Open(t.Context(), aws.Settings{Endpoint: stack.S3Endpoint, Region: "us-east-1", AccessKey: stack.AccessKey, SecretKey: stack.SecretKey})
	if err != nil {
		t.Fatal(err)
	}
	if s.policy, _, err = policy.Parse("chat.good.yaml", bytes.NewReader(headroom.Policy)); err != nil {
		t.Fatal(err)
	}
	s.upload(t)
	return s
}

// upload puts the shipped trace where the policy looks for it.
func (s *site) upload(t testing.TB) {
	t.Helper()
	if err := s.s3.Upload(t.Context(), devstack.HistoryBucket, "chat/load.csv.gz", headroom.Trace); err != nil {
		t.Fatal(err)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(headroom.Trace))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(data))
	last, _, _ := strings.Cut(lines[len(lines)-1], ",")
	at, err := time.Parse(time.RFC3339, last)
	if err != nil {
		t.Fatal(err)
	}
	s.origin = at.Add(s.policy.Demand.Step)
}

// force puts a policy in force.
func (s *site) force(ctx context.Context, p capacity.Policy) error {
	return s.forceIn(ctx, devstack.Bucket, p)
}

// forceIn is force in a bucket.
func (s *site) forceIn(ctx context.Context, bucket string, p capacity.Policy) error {
	_, hash, err := p.Encode()
	if err != nil {
		return err
	}
	store := aws.Store{Client: s.s3, Bucket: bucket}
	now, version, err := policies.Current(ctx, store, p.Service)
	if err == nil && now.Hash == hash || err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	return policies.Force(ctx, store, p, policies.Pointer{By: "the test", At: s.origin}, version)
}

// forced is force, ends the test if that fails, and returns the name of the service.
func (s *site) forced(t testing.TB, p capacity.Policy) string {
	t.Helper()
	if err := s.force(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p.Service
}

// start starts a workflow and does not wait for it.
func (s *site) start(t testing.TB, id string, workflow, in any) client.WorkflowRun {
	t.Helper()
	return s.startSummed(t, id, "", workflow, in)
}

// startSummed is start with a summary.
func (s *site) startSummed(t testing.TB, id, summary string, workflow, in any) client.WorkflowRun {
	t.Helper()
	run, err := s.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: workflows.Queue, StaticSummary: summary}, workflow, in)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// tell gives a running workflow an update, and waits until it counts.
func (s *site) tell(t testing.TB, id, update string, in any) {
	t.Helper()
	handle, err := s.temporal.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: update, WaitForStage: client.WorkflowUpdateStageCompleted, Args: []any{in, ""},
	})
	if err == nil {
		err = handle.Get(t.Context(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// pending is the activities of a run that are not over.
func (s *site) pending(t testing.TB, id string) []*workflow.PendingActivityInfo {
	t.Helper()
	d, err := s.temporal.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return d.GetPendingActivities()
}

// under counts the pending activities of a type that a worker has begun.
func under(pending []*workflow.PendingActivityInfo, activity string) int {
	n := 0
	for _, p := range pending {
		if p.GetActivityType().GetName() == activity && p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED {
			n++
		}
	}
	return n
}

// read decodes the JSON that is stored under key.
func (s *site) read(t testing.TB, bucket, key string, v any) []byte {
	t.Helper()
	data, _, err := aws.Store{Client: s.s3, Bucket: bucket}.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if v != nil {
		if err := json.Unmarshal(data, v); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	return data
}

// eventually waits until the condition holds.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not after %v: %s", patience, what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// ledgerPath is the fleet's own file on the target that the policy scales.
func (s *site) ledgerPath() string { return filepath.Join(s.fleet, "chat.json") }

// over waits until the plan that a service's conductor carries out has ended and all
// that it asked for is settled; the conductor itself goes on.
func (s *site) over(t testing.TB, service string) (state executor.State) {
	t.Helper()
	eventually(t, "the plan of "+service+" is over", func() bool {
		value, err := s.temporal.QueryWorkflow(t.Context(), workflows.ExecuteID(service), "", workflows.StatusQuery)
		return err == nil && value.Get(&state) == nil && state.Plan.ID != "" && state.Ended != ""
	})
	return state
}
