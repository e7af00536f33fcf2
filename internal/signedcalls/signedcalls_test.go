package signedcalls_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"headroom/internal/devstack"
	"headroom/internal/proof"
	"headroom/internal/signedcalls"
)

const (
	ours   = "ours"   // the queue of the workers that have the key
	theirs = "theirs" // that of somebody who only reaches Temporal
)

// A step is what a run is to do. Found is what its activities have said so far, and where
// the input came from.
type step struct {
	Do    string // say, wait, child, continue
	Found []string
}

// flow is a workflow of the workers.
func flow(ctx workflow.Context, s step) (step, error) {
	for _, kind := range []string{signedcalls.Child, signedcalls.Continued} {
		if signedcalls.Signed(ctx, kind) {
			s.Found = append(s.Found, kind)
		}
	}
	switch s.Do {
	case "child":
		err := workflow.ExecuteChildWorkflow(workflow.WithWorkflowID(ctx, workflow.GetInfo(ctx).WorkflowExecution.ID+"/child"), flow, step{Do: "say"}).Get(ctx, &s)
		return s, err
	case "continue":
		return s, workflow.NewContinueAsNewError(ctx, flow, step{Do: "say"})
	}
	var said string
	err := signedcalls.Result(ctx, workflow.ExecuteActivity(options(ctx), "say", s.Do), &said)
	s.Found = append(s.Found, said)
	return s, err
}

func options(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: ours, StartToCloseTimeout: time.Minute, HeartbeatTimeout: 10 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Millisecond, MaximumAttempts: 3},
	})
}

// say is an activity of the workers. It fails once after a heartbeat, and says what the
// second attempt reads of it; or it waits.
func say(ctx context.Context, do string) (string, error) {
	var noted string
	switch {
	case do == "wait":
		<-ctx.Done()
		return "", ctx.Err()
	case !activity.HasHeartbeatDetails(ctx):
		activity.RecordHeartbeat(ctx, "noted")
		return "", errors.New("tried once")
	}
	err := activity.GetHeartbeatDetails(ctx, &noted)
	return noted, err
}

// connect connects to a server, as a worker with keys or without.
func connect(t *testing.T, address string, keys proof.Keys) client.Client {
	t.Helper()
	options := client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))}
	signedcalls.Sign(&options, keys)
	c, err := client.DialContext(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve runs a worker until the test ends.
func serve(t *testing.T, c client.Client, queue string, register func(worker.Worker)) {
	t.Helper()
	w := worker.New(c, queue, worker.Options{})
	register(w)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
}

// setUp is a server with a worker of ours; the clients are of ours, and of somebody else.
func setUp(t *testing.T) (own, stranger client.Client) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs the real servers")
	}
	stack, err := devstack.Start(t.Context(), devstack.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stack.Stop(); err != nil {
			t.Error(err)
		}
	})
	keys, err := proof.ParseKeys(proof.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	own, stranger = connect(t, stack.TemporalAddress, keys), connect(t, stack.TemporalAddress, proof.Keys{})
	serve(t, own, ours, func(w worker.Worker) {
		w.RegisterWorkflowWithOptions(flow, workflow.RegisterOptions{Name: "flow"})
		w.RegisterActivityWithOptions(say, activity.RegisterOptions{Name: "say"})
	})
	return own, stranger
}

// run runs a workflow to its end.
func run(t *testing.T, c client.Client, queue, id string, in step) (out step, err error) {
	t.Helper()
	r, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: queue}, "flow", in)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Get(t.Context(), &out)
	return out, err
}

// TestSigned: what workers call and continue is signed, results and heartbeats arrive, and
// a run that was reset goes on with what it has.
func TestSigned(t *testing.T) {
	own, stranger := setUp(t)
	for do, want := range map[string]string{"say": "noted", "child": "child noted", "continue": "continued noted"} {
		out, err := run(t, stranger, ours, do, step{Do: do})
		if got := strings.Join(out.Found, " "); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", do, got, err, want)
		}
	}
	_, err := own.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: client.DefaultNamespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: "say"}, RequestId: "reset", Reason: "try",
		WorkflowTaskFinishEventId: lastTask(t, own, "say"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var out step
	if err := own.GetWorkflow(t.Context(), "say", "").Get(t.Context(), &out); err != nil || strings.Join(out.Found, " ") != "noted" {
		t.Errorf("after a reset: got %q, %v, want what the activity said", out.Found, err)
	}
}

// lastTask is the event at which the last workflow task of a run was completed.
func lastTask(t *testing.T, c client.Client, id string) (event int64) {
	t.Helper()
	for events := c.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.GetEventType() == enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			event = e.GetEventId()
		}
	}
	return event
}

// result is what an activity of a run has returned, as Temporal keeps it.
func result(t *testing.T, c client.Client, id string) *commonpb.Payload {
	t.Helper()
	for events := c.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.GetEventType() == enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED {
			return e.GetActivityTaskCompletedEventAttributes().GetResult().GetPayloads()[0]
		}
	}
	t.Fatalf("no activity of %s has completed", id)
	return nil
}

// TestForgedResults: who completes an activity in the place of a worker, with anything at
// all, does not get it past the workflow.
func TestForgedResults(t *testing.T) {
	_, stranger := setUp(t)
	if _, err := run(t, stranger, ours, "before", step{Do: "say"}); err != nil {
		t.Fatal(err)
	}
	copied := converter.NewRawValue(result(t, stranger, "before"))
	for name, forged := range map[string]any{"a text": "forged", "nothing": nil, "a copy of another result": copied} {
		t.Run(name, func(t *testing.T) {
			id := "forged by " + name
			r, err := stranger.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: ours}, "flow", step{Do: "wait"})
			if err != nil {
				t.Fatal(err)
			}
			for err = errors.New("not yet"); err != nil; {
				d, described := stranger.DescribeWorkflowExecution(t.Context(), id, "")
				if described != nil {
					t.Fatal(described)
				}
				if pending := d.GetPendingActivities(); len(pending) == 1 {
					err = stranger.CompleteActivityByID(t.Context(), client.DefaultNamespace, id, "", pending[0].GetActivityId(), forged, nil)
				}
			}
			var out step
			if err := r.Get(t.Context(), &out); err == nil || !strings.Contains(err.Error(), "no worker has signed it") {
				t.Errorf("got %q, %v, want the result refused", out.Found, err)
			}
		})
	}
}

// TestStrangers: a worker on a queue of somebody else can call our activities and start our
// workflows, but not in the name of one of ours.
func TestStrangers(t *testing.T) {
	_, stranger := setUp(t)
	serve(t, stranger, theirs, func(w worker.Worker) {
		w.RegisterWorkflowWithOptions(func(ctx workflow.Context, s step) (out step, err error) {
			ctx = workflow.WithWorkflowTaskQueue(ctx, ours)
			switch s.Do {
			case "child":
				ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{TaskQueue: ours})
				err = workflow.ExecuteChildWorkflow(ctx, "flow", step{Do: "say"}).Get(ctx, &out)
			case "continue":
				err = workflow.NewContinueAsNewError(ctx, "flow", step{Do: "say"})
			default:
				var said string
				err = workflow.ExecuteActivity(options(ctx), "say", "say").Get(ctx, &said)
				out.Found = append(out.Found, said)
			}
			return out, err
		}, workflow.RegisterOptions{Name: "flow"})
	})
	for do, want := range map[string]string{"child": "noted", "continue": "noted"} { // and no kind before it
		out, err := run(t, stranger, theirs, do, step{Do: do})
		if got := strings.Join(out.Found, " "); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q: it counts as a stranger's", do, got, err, want)
		}
	}
	if out, err := run(t, stranger, theirs, "call", step{Do: "say"}); err == nil || !strings.Contains(err.Error(), "no worker has signed it") {
		t.Errorf("call: got %q, %v, want its input refused", out.Found, err)
	}
}
