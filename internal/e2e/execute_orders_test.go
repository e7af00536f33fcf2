package e2e_test

import (
	"slices"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// status is what the executor of the site's service answers; zero while no worker does.
func (s *site) status(t *testing.T) (status executor.Status) {
	t.Helper()
	value, err := s.temporal.QueryWorkflow(t.Context(), workflows.ExecuteID(s.policy.Service), "", workflows.StatusQuery)
	if err != nil || value.Get(&status) != nil {
		return executor.Status{}
	}
	return status
}

// pauseWhileIdle pauses the service without end while no activity of its executor is
// pending, and returns how often the target was asked until then.
func (s *site) pauseWhileIdle(t *testing.T) (calls int) {
	t.Helper()
	id := workflows.ExecuteID(s.policy.Service)
	for {
		eventually(t, "a request was made and nothing is pending", func() bool {
			calls, _ = s.ledger(t)
			return calls > 0 && len(s.pending(t, id)) == 0
		})
		s.tell(t, id, executor.PauseOrder, executor.Order{By: "ann", Why: "an incident"})
		if after, _ := s.ledger(t); after == calls {
			return calls
		}
		s.tell(t, id, executor.ResumeOrder, executor.Order{By: "ann", Why: "a request was made meanwhile"})
	}
}

// staysPaused waits until three more actions of a plan are due, and checks that none
// is requested, until the service is resumed.
func (s *site) staysPaused(t *testing.T, p capacity.Plan, calls int) {
	t.Helper()
	var from time.Time
	due := func() (n int) {
		now := s.status(t).Standing.At
		for _, action := range p.Actions {
			if action.At.After(from) && !action.At.After(now) {
				n++
			}
		}
		return n
	}
	eventually(t, "the plan is carried out", func() bool {
		status := s.status(t)
		from = status.Standing.At
		return status.Plan.ID == p.ID
	})
	eventually(t, "three actions are due", func() bool { return due() >= 3 })
	if got, log := s.ledger(t); got != calls {
		t.Errorf("the target was asked %d times during a pause: %+v", got-calls, log)
	}
	if s.status(t).Pause == nil {
		t.Error("the pause is forgotten")
	}
	id := workflows.ExecuteID(s.policy.Service)
	s.tell(t, id, executor.ResumeOrder, executor.Order{By: "ann", Why: "it is over"})
	eventually(t, "requests are made again", func() bool {
		got, _ := s.ledger(t)
		return got > calls
	})
	_, log := s.ledger(t)
	if last := log[len(log)-1]; !slices.ContainsFunc(p.Actions, func(a capacity.Action) bool { return a.ID == last.Action && a.Units == last.To }) {
		t.Errorf("got %+v after the pause, want an action of plan %s", last, p.ID)
	}
}

// TestExecute_Terminated: a pause outlives a run that was terminated.
func TestExecute_Terminated(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	s.hand(t, "sim://chat?leadTime=8m&units=60", 24*time.Hour)
	calls := s.pauseWhileIdle(t)
	if err := s.temporal.TerminateWorkflow(t.Context(), workflows.ExecuteID(s.policy.Service), "", "an operator's mistake"); err != nil {
		t.Fatal(err)
	}
	s.staysPaused(t, s.hand(t, "sim://chat?leadTime=8m&units=60", 24*time.Hour), calls)
}

// TestExecute_Reset: a pause outlives a reset to a moment before it was ordered, even
// if the order is not given again to the new run.
func TestExecute_Reset(t *testing.T) {
	needServers(t)
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	p := s.hand(t, "sim://chat?leadTime=8m&units=60", 24*time.Hour)
	calls := s.pauseWhileIdle(t)
	id := workflows.ExecuteID(s.policy.Service)
	run, before := s.taskBeforeLastUpdate(t, id)
	if _, err := s.temporal.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: "default", WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: run},
		Reason: "an operator's mistake", WorkflowTaskFinishEventId: before, RequestId: t.Name(),
		ResetReapplyExcludeTypes: []enumspb.ResetReapplyExcludeType{enumspb.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE},
	}); err != nil {
		t.Fatal(err)
	}
	s.staysPaused(t, p, calls)
}

// taskBeforeLastUpdate is a workflow's run, and the last workflow task that was
// completed before the one in which its last update was accepted.
func (s *site) taskBeforeLastUpdate(t *testing.T, id string) (run string, task int64) {
	t.Helper()
	d, err := s.temporal.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	run = d.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	var tasks []int64
	history := s.temporal.GetWorkflowHistory(t.Context(), id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		e, err := history.Next()
		if err != nil {
			t.Fatal(err)
		}
		switch e.GetEventType() { //nolint:exhaustive // only these matter
		case enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
			tasks = append(tasks, e.GetEventId())
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			if len(tasks) > 1 {
				task = tasks[len(tasks)-2]
			}
		}
	}
	if task == 0 {
		t.Fatal("no workflow task was completed before the last update")
	}
	return run, task
}
