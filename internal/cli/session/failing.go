package session

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"headroom/internal/diagnose"
	"headroom/workflows"
)

// A Failing is an activity that has failed and is tried again.
type Failing struct {
	Activity string
	Attempt  int32  // the one that comes next, or runs
	Reason   string // why the last one failed
}

func (f Failing) String() string {
	return fmt.Sprintf("%s failed and is tried again (attempt %d): %s", f.Activity, f.Attempt, f.Reason)
}

// Failing lists the activities of a run that are tried again.
func (s Session) Failing(d *workflowservice.DescribeWorkflowExecutionResponse) []Failing {
	var all []Failing
	for _, a := range d.GetPendingActivities() {
		// One that is done in rounds waits for the next one.
		benign := enumspb.APPLICATION_ERROR_CATEGORY_BENIGN
		if why := a.GetLastFailure(); why != nil && why.GetApplicationFailureInfo().GetCategory() != benign {
			all = append(all, Failing{a.GetActivityType().GetName(), a.GetAttempt(), s.reasonOf(why)})
		}
	}
	return all
}

// reasonOf is a failure in one line. A timeout says what it followed.
func (s Session) reasonOf(f *failurepb.Failure) string {
	if s.converter != nil {
		converter.DecodeCommonFailureAttributes(s.converter, f)
	}
	text := f.GetMessage()
	if cause := f.GetCause(); cause != nil && f.GetTimeoutFailureInfo() != nil {
		text += ": " + s.reasonOf(cause)
	}
	return strings.Join(strings.Fields(text), " ")
}

// stands is how long a workflow task, or the hand-over of a plan, may wait before it
// is examined why.
const stands = 3 * time.Second

// StandsStill is why the workflow task of a run is not done; empty: it is done, or
// may be soon.
func (s Session) StandsStill(ctx context.Context, id string, d *workflowservice.DescribeWorkflowExecutionResponse) string {
	task := d.GetPendingWorkflowTask()
	if task == nil || task.GetAttempt() <= 1 && time.Since(task.GetScheduledTime().AsTime()) < stands {
		return ""
	}
	why, err := s.examiner().Run(ctx, id, d.GetWorkflowExecutionInfo().GetExecution().GetRunId(), nil)
	if err != nil || !why.Stuck() {
		return ""
	}
	return why.Text
}

// A failureLog tells of what fails in a run, once for each new reason.
type failureLog struct {
	told     map[string]bool
	handing  time.Time // since when a plan has been handed over; zero: none is
	examined time.Time // when a run that stands still was looked at last
}

// tell writes what is new of a run, and returns an error if the run waits for a
// conductor that does not answer. What cannot be asked for is left out: the run
// itself tells what is wrong.
func (l *failureLog) tell(ctx context.Context, s Session, w io.Writer, id, run string) error {
	d, err := s.Temporal.DescribeWorkflowExecution(ctx, id, run)
	if err != nil {
		return nil //nolint:nilerr // the run itself tells what is wrong
	}
	for _, f := range s.Failing(d) {
		l.once(w, id, f.Activity+"\n"+f.Reason, f.String())
	}
	if time.Since(l.examined) < stands {
		return nil
	}
	l.examined = time.Now()
	if text := s.StandsStill(ctx, id, d); text != "" {
		l.once(w, id, text, text+"; the run waits for it")
	}
	service, plans := strings.CutPrefix(id, workflows.PlanID(""))
	if !plans || !handsOver(d) {
		l.handing = time.Time{}
		return nil
	}
	if l.handing.IsZero() {
		l.handing = time.Now()
		return nil
	}
	conductor := workflows.ExecuteID(service)
	if why, err := s.examiner().Run(ctx, conductor, "", nil); err == nil && why.Stuck() {
		return fmt.Errorf("%s is made, and waits to be handed over, which is tried again for some minutes: %w", id, diagnose.Unanswered{ID: conductor, Finding: why})
	}
	return nil
}

// once writes a text about a run, unless the same was written before.
func (l *failureLog) once(w io.Writer, id, key, text string) {
	if l.told[key] {
		return
	}
	if l.told == nil {
		l.told = map[string]bool{}
	}
	l.told[key] = true
	fmt.Fprintf(w, "%s: %s\n", id, text)
}

// handsOver reports whether a run hands a plan over at the moment.
func handsOver(d *workflowservice.DescribeWorkflowExecutionResponse) bool {
	for _, a := range d.GetPendingActivities() {
		if a.GetActivityType().GetName() == "HandOver" {
			return true
		}
	}
	return false
}
