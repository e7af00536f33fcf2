package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/workflows"
)

// Start starts a workflow under its business key, or joins the one that runs with
// the same policy, and says so. It returns ErrOtherPolicy if that has another.
func (s Session) Start(ctx context.Context, stderr io.Writer, id, summary string, workflow, in any) (client.WorkflowRun, error) {
	options := client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.Queue, StaticSummary: summary,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
	}
	run, err := s.Temporal.ExecuteWorkflow(ctx, options, workflow, in)
	if already, ok := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); ok {
		if err := s.joins(ctx, id, already.RunId, in); err != nil {
			return nil, err
		}
		fmt.Fprintf(stderr, "%s runs already: joining it\n", id)
		return s.Temporal.GetWorkflow(ctx, id, already.RunId), nil
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", id, err)
	}
	return run, nil
}

// Run starts a workflow or joins the one that runs, and waits for its result.
func (s Session) Run(ctx context.Context, stderr io.Writer, id, summary string, workflow, in, out any) error {
	run, err := s.Start(ctx, stderr, id, summary, workflow, in)
	if err != nil {
		return err
	}
	return s.Wait(ctx, stderr, run, out, Never)
}

// Wait waits for a run's result, or until enough says that what there is will
// do, and tells on stderr where the run is.
func (s Session) Wait(ctx context.Context, stderr io.Writer, run client.WorkflowRun, out any, enough func() bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- run.Get(ctx, out) }()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	stage := ""
	var failures failureLog
	for {
		select {
		case err := <-ended:
			return Plain(run.GetID(), err)
		case <-tick.C:
		}
		d, err := s.Temporal.DescribeWorkflow(ctx, run.GetID(), run.GetRunID())
		if err != nil {
			continue // the run itself tells what is wrong
		}
		if now, ok := d.TypedSearchAttributes.GetKeyword(workflows.StageKey); ok && now != stage {
			stage = now
			fmt.Fprintf(stderr, "%s: %s …\n", run.GetID(), stage)
		}
		if err := failures.tell(ctx, s, stderr, run.GetID(), run.GetRunID()); err != nil {
			return err
		}
		if stage != "" && enough() {
			return nil
		}
	}
}

// Plain is a run's failure without the wrapping of its way here.
func Plain(id string, err error) error {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	switch {
	case err == nil:
		return nil
	case ok && app.Message() == encoded:
		return capacity.Refusal(id + ": " + sealedAnswer)
	case ok && failure.Is(err, capacity.ErrRefused):
		return capacity.Refusal(id + ": " + app.Message())
	case ok:
		return fmt.Errorf("%s: %s", id, app.Message())
	}
	return fmt.Errorf("%s: %w", id, err)
}

// encoded is the message of an error whose message is encrypted, in the words of
// Temporal's SDK.
const encoded = "Encoded failure"

// sealedAnswer says why the answer to a command cannot be read.
const sealedAnswer = "the workers encrypt their answers, and take only what is encrypted with one of their keys: set HEADROOM_CODEC_KEY_FILE or HEADROOM_CODEC_KEYS to the same keys here"

// Never is for a wait that only the result ends.
func Never() bool { return false }
