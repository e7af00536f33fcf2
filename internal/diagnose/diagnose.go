// Package diagnose finds out why a workflow run does not answer: because its
// workflow task fails, or because no worker is there that could do it.
package diagnose

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"headroom/internal/rollout"
)

// A Cause is why a run does not answer.
type Cause string

// The causes.
const (
	// Fails: workers take the workflow task, and it fails each time.
	Fails Cause = "its workflow task fails"
	// NoWorker: no worker polls for the workflow tasks of the run.
	NoWorker Cause = "no worker polls for it"
	// NotPromoted: workers poll, but of a version that gets no new runs.
	NotPromoted Cause = "no version is promoted"
	// Unknown: its workflow task does not fail, and a worker polls.
	Unknown Cause = "it does not answer"
)

// A Finding is why a run does not answer, and what to do about it.
type Finding struct {
	Cause Cause
	Text  string // cause, evidence and remedy
}

// Stuck reports whether the run will not answer before somebody does something.
func (f Finding) Stuck() bool { return f.Cause != Unknown }

// An Examiner reads the state of runs.
type Examiner struct {
	Temporal  client.Client
	Namespace string                  // empty is the default one
	Converter converter.DataConverter // reads sealed messages of failures
}

// tail is how many of a run's last events are looked at for a failure.
const tail = 50

// Run finds out why a run does not answer; an empty run ID is the latest. An error
// that a query ended with shows more than Temporal knows; it may be nil.
func (e Examiner) Run(ctx context.Context, id, run string, asked error) (Finding, error) {
	d, err := e.Temporal.DescribeWorkflowExecution(ctx, id, run)
	if err != nil {
		return Finding{}, fmt.Errorf("describe %s: %w", id, err)
	}
	f := facts{ID: id, Queue: d.GetWorkflowExecutionInfo().GetTaskQueue()}
	f.pending(d.GetPendingWorkflowTask())
	f.asked(asked)
	if f.Attempt > 1 || f.Queried {
		if err := e.failure(ctx, d, &f); err != nil {
			return Finding{}, err
		}
	}
	if err := e.workers(ctx, d, &f); err != nil {
		return Finding{}, err
	}
	return f.finding(time.Now()), nil
}

// failure reads the last failure of the run's workflow task from its history.
func (e Examiner) failure(ctx context.Context, d *workflowservice.DescribeWorkflowExecutionResponse, f *facts) error {
	namespace := e.Namespace
	if namespace == "" {
		namespace = client.DefaultNamespace
	}
	last, err := e.Temporal.WorkflowService().GetWorkflowExecutionHistoryReverse(ctx, &workflowservice.GetWorkflowExecutionHistoryReverseRequest{
		Namespace: namespace, Execution: d.GetWorkflowExecutionInfo().GetExecution(), MaximumPageSize: tail,
	})
	if err != nil {
		return fmt.Errorf("read the last events of %s: %w", f.ID, err)
	}
	for _, event := range last.GetHistory().GetEvents() {
		if done := event.GetWorkflowTaskCompletedEventAttributes(); done != nil {
			f.Completed = rollout.Worker{Deployment: done.GetDeploymentVersion().GetDeploymentName(), Build: done.GetDeploymentVersion().GetBuildId()}
			return nil
		}
		failed := event.GetWorkflowTaskFailedEventAttributes()
		if failed == nil {
			continue
		}
		// Temporal records the first of several failures in a row only.
		f.Since = event.GetEventTime().AsTime()
		if f.Message == "" || f.Queried {
			f.Queried = false // the task says more
			if e.Converter != nil {
				converter.DecodeCommonFailureAttributes(e.Converter, failed.GetFailure())
			}
			f.Message = oneLine(failed.GetFailure().GetMessage())
			f.Diverged = failed.GetCause() == enumspb.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
		}
	}
	return nil
}

// workers finds out which workers are to do the run's next workflow task, and when
// one of them last polled.
func (e Examiner) workers(ctx context.Context, d *workflowservice.DescribeWorkflowExecutionResponse, f *facts) error {
	queue := rollout.Queue{Name: f.Queue, Type: enumspb.TASK_QUEUE_TYPE_WORKFLOW}
	polls, err := rollout.LastPolls(ctx, e.Temporal, queue)
	if err != nil {
		return err
	}
	f.Polls = polls
	v := d.GetWorkflowExecutionInfo().GetVersioningInfo()
	if version, pinned := pinnedTo(v); pinned {
		f.Pinned, f.Worker = true, rollout.Worker{Deployment: version.GetDeploymentName(), Build: version.GetBuildId()}
		return nil
	}
	routed, err := e.Temporal.DescribeTaskQueue(ctx, queue.Name, queue.Type)
	if err != nil {
		return fmt.Errorf("ask where tasks of the queue %q go: %w", queue.Name, err)
	}
	f.Worker = rollout.Worker{Build: rollout.Unversioned}
	if current := routed.GetVersioningInfo().GetCurrentDeploymentVersion(); current != nil {
		f.Worker = rollout.Worker{Deployment: current.GetDeploymentName(), Build: current.GetBuildId()}
	}
	if moving := v.GetVersionTransition().GetDeploymentVersion(); moving != nil {
		f.Worker = rollout.Worker{Deployment: moving.GetDeploymentName(), Build: moving.GetBuildId()}
	}
	return nil
}
