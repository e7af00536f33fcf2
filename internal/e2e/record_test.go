package e2e_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom"
	"headroom/capacity"
	"headroom/executor"
	"headroom/executor/event"
	"headroom/internal/devstack"
	"headroom/internal/proof"
	"headroom/internal/signedcalls"
	"headroom/workflows"
)

// TestHistories_Replay runs every workflow in every way that it may go, and
// replays what the server recorded. With RECORD=1 it keeps the histories as
// those that later versions of the workflows must be able to replay.
func TestHistories_Replay(t *testing.T) {
	needServers(t)
	folder := t.TempDir()
	if os.Getenv("RECORD") == "1" {
		folder = filepath.Join("..", "..", "testdata", "replay")
	}
	s := newSite(t)
	end := s.origin
	s.startWorker(t, devstack.Bucket)
	s.small("sim://chat?leadTime=8m&units=60&lost=3&max=400", 2*time.Hour)

	run := s.start(t, workflows.RetrainID(s.policy.Service), workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, speed)})
	if err := run.Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s.keep(t, folder, "retrain", run)
	s.plan(t, folder, "plan-proposed", capacity.Propose, "")
	s.plan(t, folder, "plan-rejected", capacity.Approve, workflows.RejectUpdate)
	s.plan(t, folder, "plan-expired", capacity.Approve, "")
	first := s.plan(t, folder, "plan-approved", capacity.Approve, workflows.ApproveUpdate)
	conductor := s.temporal.GetWorkflow(t.Context(), workflows.ExecuteID(s.policy.Service), "")
	eventually(t, "an action is recorded", func() bool { return len(s.outcomes(t, first.Plan.Plan.ID)) > 0 })
	s.origin = s.origin.Add(30 * time.Minute)
	second := s.plan(t, folder, "plan-auto", capacity.Auto, "")
	s.keep(t, folder, "event", s.event(t))
	s.over(t, s.policy.Service)
	s.tell(t, conductor.GetID(), executor.AbortOrder, executor.Order{By: "ann", Why: "the recording ends"})
	if err := conductor.Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s.keep(t, folder, "execute", conductor)
	if n := len(s.outcomes(t, second.Plan.Plan.ID)); n == 0 {
		t.Error("the conductor took no second plan: the recording lacks it")
	}
	s.double(t, end, 12*time.Hour)
	// A retraining that nobody works at runs until it is ended.
	id := workflows.RetrainID(s.policy.Service)
	if _, err := s.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "nobody"}, workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy)}); err != nil {
		t.Fatal(err)
	}
	if drifted := s.plan(t, folder, "plan-drifted-busy", capacity.Propose, ""); drifted.Retrain != "a retraining runs already" {
		t.Errorf("twice the load while a retraining runs: got %q, want no other one", drifted.Retrain)
	}
	if err := s.temporal.TerminateWorkflow(t.Context(), id, "", "the next plan is to start one"); err != nil {
		t.Fatal(err)
	}
	if drifted := s.plan(t, folder, "plan-drifted", capacity.Propose, ""); drifted.Retrain != id+" was started" {
		t.Errorf("twice the load: got %q, want an early retraining", drifted.Retrain)
	}
	var retrained workflows.RetrainResult
	if err := s.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), &retrained); err != nil {
		t.Fatal(err)
	}
	if !retrained.History.To.After(s.origin.Add(-time.Hour)) {
		t.Errorf("the last retraining saw load until %s, want until %s: it was not the early one", retrained.History.To, s.origin)
	}
}

// event prepares for an event at which the target has to be allowed more.
func (s *site) event(t *testing.T) client.WorkflowRun {
	t.Helper()
	e := capacity.Event{Name: "launch", From: s.origin.Add(40 * time.Minute), To: s.origin.Add(70 * time.Minute)}
	p := s.policy
	p.Events, p.Pools = []capacity.Event{e}, slices.Clone(p.Pools)
	pool := &p.Pools[0]
	pool.Max += 10
	run := s.start(t, workflows.EventID(s.policy.Service, e.Name), workflows.PrepareEvent, workflows.EventState{
		Clock: capacity.Replay(s.origin, speed), By: "test",
		State: event.State{Service: s.forced(t, p), Event: e, Pools: []event.Need{{Pool: pool.Name, Target: pool.Target, Units: pool.Max, Lead: pool.LeadTime}}},
	})
	var end workflows.EventState
	if err := run.Get(t.Context(), &end); err != nil {
		t.Fatal(err)
	}
	if len(end.Raised) != 1 {
		t.Errorf("got %+v raised, want one bound: the recording lacks it", end.Raised)
	}
	return run
}

// double lets so much time pass since the end of the trace, with twice the load
// of the day before.
func (s *site) double(t *testing.T, end time.Time, d time.Duration) {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(headroom.Trace))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(data))
	var later strings.Builder
	later.WriteString(lines[0] + "\n")
	for _, line := range lines[1:] {
		when, requests, _ := strings.Cut(line, ",")
		at, err := time.Parse(time.RFC3339, when)
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseFloat(requests, 64)
		if err != nil {
			t.Fatal(err)
		}
		if at = at.Add(24 * time.Hour); at.Before(end) || !at.Before(end.Add(d)) {
			continue
		}
		fmt.Fprintf(&later, "%s,%g\n", at.Format(time.RFC3339), 2*n)
	}
	if err := s.s3.Upload(t.Context(), devstack.HistoryBucket, "chat/later.csv", []byte(later.String())); err != nil {
		t.Fatal(err)
	}
	s.origin = end.Add(d)
}

// plan makes a plan, and has it decided upon by an update if one is named.
func (s *site) plan(t *testing.T, folder, name string, mode capacity.Mode, update string) workflows.PlanResult {
	t.Helper()
	p := s.policy
	p.Control = capacity.Control{Mode: mode, Approval: capacity.Approval{Expires: time.Second}}
	if update != "" {
		p.Control.Approval.Expires = time.Hour
	}
	run := s.start(t, workflows.PlanID(p.Service), workflows.Plan, workflows.PlanInput{Service: s.forced(t, p), Clock: capacity.Replay(s.origin, speed)})
	var result workflows.PlanResult
	if update != "" {
		eventually(t, "the plan waits for a decision", func() bool {
			value, err := s.temporal.QueryWorkflow(t.Context(), run.GetID(), "", workflows.StatusQuery)
			return err == nil && value.Get(&result) == nil && result.Verdict == workflows.Waiting
		})
		s.tell(t, run.GetID(), update, workflows.Decision{Plan: result.Plan.Plan.ID, By: "ann"})
	}
	if err := run.Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	s.keep(t, folder, name, run)
	return result
}

// private is what names the machine or the process of a recording.
var private = regexp.MustCompile(`"(identity|name)":\s*"[^"]*(@|:[0-9a-f-]{36})[^"]*"`)

// keep writes a run's history to a file, and replays it from there.
func (s *site) keep(t *testing.T, folder, name string, run client.WorkflowRun) {
	t.Helper()
	var recorded history.History
	events := s.temporal.GetWorkflowHistory(t.Context(), run.GetID(), run.GetRunID(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		recorded.Events = append(recorded.Events, event)
	}
	text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(&recorded)
	if err != nil {
		t.Fatal(err)
	}
	text = private.ReplaceAll(text, []byte(`"$1":"recorded"`))
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"@" + host, host + ":", os.TempDir(), s.fleet, s.stack.SecretKey, s.stack.TemporalAddress, s.stack.S3Endpoint} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the history of %s gives %q away", name, secret)
		}
	}
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	if _, err := zipped.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".json.gz"), packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	read, err := client.HistoryFromJSON(bytes.NewReader(text), client.HistoryJSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := replay(read); err != nil {
		t.Errorf("%s does not replay: %v", name, err)
	}
}

// replay has the workflows of this build decide again what a history says they decided.
func replay(recorded *history.History) error {
	keys, err := proof.ParseKeys(workerKey)
	if err != nil {
		return err
	}
	options := worker.WorkflowReplayerOptions{}
	signedcalls.Replay(&options, keys)
	replayer, err := worker.NewWorkflowReplayerWithOptions(options)
	if err != nil {
		return err
	}
	workflows.Register(replayer)
	id := recorded.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId()
	return replayer.ReplayWorkflowHistoryWithOptions(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), recorded, worker.ReplayWorkflowHistoryOptions{
		OriginalExecution: workflow.Execution{ID: id},
	})
}
