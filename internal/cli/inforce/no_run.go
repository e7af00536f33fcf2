package inforce

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// An EndedRun is how the last run that carried out plans of a service ended.
type EndedRun struct {
	Ended time.Time
	As    string // such as terminated
	Why   string `json:",omitempty"`
}

// Text says that no run is there any more, and why.
func (e EndedRun) Text(service string, zone *time.Location) string {
	text := fmt.Sprintf("%s was %s", workflows.ExecuteID(service), e.As)
	if !e.Ended.IsZero() {
		text += " on " + e.Ended.In(zone).Format(command.Moment)
	}
	if e.Why != "" {
		text += ": " + e.Why
	}
	return text
}

// EndedRun finds out how the last run of a service ended; nil: none is known.
func endedRun(ctx context.Context, s session.Session, service string) (*EndedRun, error) {
	id := workflows.ExecuteID(service)
	d, err := s.Temporal.DescribeWorkflow(ctx, id, "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none || err == nil && d.WorkflowCloseTime == nil {
		return nil, nil //nolint:nilnil // none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("ask Temporal about %s: %w", id, err)
	}
	e := &EndedRun{Ended: *d.WorkflowCloseTime}
	switch d.Status { //nolint:exhaustive // the others end by themselves
	case enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED:
		e.As = "terminated"
		history := s.Temporal.GetWorkflowHistory(ctx, id, d.WorkflowExecution.RunID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
		if event, err := history.Next(); err == nil {
			a := event.GetWorkflowExecutionTerminatedEventAttributes()
			e.Why = a.GetReason()
			if by := a.GetIdentity(); by != "" {
				e.As += " by " + by
			}
		}
	case enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED:
		e.As = "canceled"
	case enumspb.WORKFLOW_EXECUTION_STATUS_FAILED, enumspb.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
		e.As = "ended by a failure"
	default:
		e.As = Completed
	}
	return e, nil
}

// WithoutRun notes on the plan that was carried out last that no run carries it out any
// more: its targets stay as they are. What is stored of it is of a time when one did.
func (f *InForce) WithoutRun() {
	verdict, aborted := "", f.Stored.Aborted
	if f.Last != nil {
		s := &f.Last.Standing
		for i := range s.Pools {
			s.Pools[i].Next = nil
		}
		if verdict = s.Verdict; verdict == string(workflows.Executing) {
			s.Verdict = "not carried out any more"
		}
	}
	switch {
	case f.Ended != nil && f.Ended.As == Completed && aborted != nil:
		f.Ended.As, f.Ended.Why = "aborted by "+aborted.By, aborted.Why
	case f.Ended != nil || verdict == "":
	case verdict == "aborted" && aborted != nil:
		f.Ended = &EndedRun{aborted.At, "aborted by " + aborted.By, aborted.Why}
	case verdict == string(workflows.Executing):
		f.Ended = &EndedRun{As: Completed, Why: "Temporal has nothing of it any more"}
	}
}

// Completed is how a run ended by itself.
const Completed = "ended"
