package diagnose

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	deploymentpb "go.temporal.io/api/deployment/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"

	"headroom/internal/rollout"
)

// facts are what Temporal knows of a run that does not answer.
type facts struct {
	ID        string // of the workflow
	Queue     string
	Attempt   int32          // of its workflow task; 0: it has none
	Since     time.Time      // when its workflow task failed first
	Waits     time.Time      // when its workflow task was last put into the queue, where it waits; zero: it does not
	Message   string         // of the failure; empty: no failure is recorded
	Diverged  bool           // the history does not replay
	Queried   bool           // the message is of a query, which failed likewise
	Completed rollout.Worker // that did the last workflow task that succeeded
	Pinned    bool           // only Worker can do the next one
	Worker    rollout.Worker // that is to do the next one
	Polls     map[rollout.Worker]time.Time
}

// pending reads what is known of the run's workflow task.
func (f *facts) pending(task *workflowpb.PendingWorkflowTaskInfo) {
	if task == nil {
		return
	}
	f.Attempt, f.Since = task.GetAttempt(), task.GetScheduledTime().AsTime()
	if task.GetState() == enumspb.PENDING_WORKFLOW_TASK_STATE_SCHEDULED {
		f.Waits = f.Since
	}
}

// asked reads the error of a query. A worker replays the history to answer one, so
// code that fails shows before the run has a workflow task.
func (f *facts) asked(err error) {
	if failed, ok := errors.AsType[*serviceerror.QueryFailed](err); ok {
		f.Queried, f.Message = true, oneLine(failed.Error())
		f.Diverged = strings.Contains(f.Message, "TMPRL1100")
	}
}

// pinnedTo is the version that alone can do the tasks of a run, if there is one.
func pinnedTo(v *workflowpb.WorkflowExecutionVersioningInfo) (*deploymentpb.WorkerDeploymentVersion, bool) {
	o := v.GetVersioningOverride()
	switch {
	case o.GetPinned().GetVersion() != nil:
		return o.GetPinned().GetVersion(), true
	case o.GetOneTime().GetTargetDeploymentVersion() != nil:
		return o.GetOneTime().GetTargetDeploymentVersion(), true
	case o.GetAutoUpgrade():
		return nil, false
	}
	return v.GetDeploymentVersion(), v.GetBehavior() == enumspb.VERSIONING_BEHAVIOR_PINNED && v.GetDeploymentVersion() != nil
}

// taken is how long a workflow task may wait in its queue while a worker polls.
const taken = 10 * time.Second

// finding draws the conclusion from the facts at a time.
func (f facts) finding(now time.Time) Finding {
	last := f.Polls[f.Worker]
	polls := rollout.Polls(last, now)
	if !f.Waits.IsZero() && now.Sub(f.Waits) > taken && last.Before(f.Waits) {
		polls = false // a worker that still waits for a task would have got this one
	}
	switch {
	case polls && (f.Attempt > 1 || f.Queried) && f.Message != "":
		return Finding{Fails, f.fails()}
	case polls:
		return Finding{Unknown, fmt.Sprintf("its workflow task does not fail, and a worker%s polled the queue %q at %s: it may be overloaded, or have stopped since: try again", f.of(), f.Queue, last.UTC().Format(time.RFC3339))}
	case !f.Pinned && len(f.others(now)) > 0:
		return Finding{NotPromoted, f.notPromoted(now)}
	}
	return Finding{NoWorker, f.noWorker(last)}
}

// fails says that the workflow task fails, and what to do.
func (f facts) fails() string {
	why := "its code fails" + f.with()
	if f.Diverged {
		why = "its history does not replay" + f.with()
	}
	text := fmt.Sprintf("the workflow task of %s fails since %s (%d attempts): %s: %s: ", f.ID, f.Since.UTC().Format(time.RFC3339), f.Attempt, why, f.Message)
	if f.Queried {
		text = fmt.Sprintf("a query of %s fails, as its next workflow task will: %s: %s: ", f.ID, why, f.Message)
	}
	switch before := f.Completed; {
	case f.Worker.Deployment == "":
		text += "start workers of the release that ran before, and stop these"
	case before.Build == "" || before == f.Worker:
		text += fmt.Sprintf("let another build go on with it: `headroom workers move --from %s --to BUILD%s %s`", f.Worker.Build, flag(f.Worker), f.ID)
	case f.Pinned:
		text += fmt.Sprintf("build %s did the last one, let it go on: `headroom workers move --from %s --to %s%s %s`", before.Build, f.Worker.Build, before.Build, flag(f.Worker), f.ID)
	default:
		text += fmt.Sprintf("build %s did the last one, promote it again: `headroom workers promote %s%s`", before.Build, before.Build, flag(before))
	}
	return text
}

// noWorker says that no worker polls, and what to do.
func (f facts) noWorker(last time.Time) string {
	text := fmt.Sprintf("no worker%s polls the queue %q", f.of(), f.Queue)
	if !last.IsZero() {
		text += " (the last one did at " + last.UTC().Format(time.RFC3339) + ")"
	}
	switch {
	case f.Worker.Deployment == "":
		return text + ": start one with bin/worker"
	case f.Pinned:
		return text + fmt.Sprintf(": start one, or let another build go on if that one is gone for good: `headroom workers move --from %s%s`", f.Worker.Build, flag(f.Worker))
	}
	return text + ": start one, or promote a build that has workers, see `headroom workers list`"
}

// notPromoted says that only workers poll that new runs do not go to.
func (f facts) notPromoted(now time.Time) string {
	gets, other := "workers without a version", f.others(now)[0]
	if f.Worker.Deployment != "" {
		gets = "build " + f.Worker.Build
	}
	if other.Deployment == "" {
		return fmt.Sprintf("runs go to %s, and only workers without a version poll the queue %q: start workers of it, or `headroom workers promote %s%s`", gets, f.Queue, rollout.Unversioned, flag(f.Worker))
	}
	return fmt.Sprintf("runs go to %s, and only workers of build %s poll the queue %q: promote it: `headroom workers promote %s%s`", gets, other.Build, f.Queue, other.Build, flag(other))
}

// others are the other versions of which workers poll, in order of their names.
func (f facts) others(now time.Time) []rollout.Worker {
	all := slices.Collect(maps.Keys(f.Polls))
	all = slices.DeleteFunc(all, func(w rollout.Worker) bool { return w == f.Worker || !rollout.Polls(f.Polls[w], now) })
	slices.SortFunc(all, func(a, b rollout.Worker) int {
		return strings.Compare(a.Deployment+":"+a.Build, b.Deployment+":"+b.Build)
	})
	return all
}

// of names the build of the workers that are to do the task, after "worker".
func (f facts) of() string {
	if f.Worker.Deployment == "" {
		return ""
	}
	return " of build " + f.Worker.Build
}

// with names the workers that fail.
func (f facts) with() string {
	if f.Worker.Deployment == "" {
		return " with the workers that run"
	}
	return " with build " + f.Worker.Build
}

// flag is how a command names the deployment, if it has not the usual name.
func flag(w rollout.Worker) string {
	if w.Deployment == rollout.DefaultDeployment || w.Deployment == "" {
		return ""
	}
	return " --deployment " + w.Deployment
}

// oneLine is a text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
