package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
)

// A failing is an activity that has failed and is tried again.
type failing struct {
	Activity string
	Attempt  int32  // the one that comes next, or runs
	Reason   string // why the last one failed
}

func (f failing) String() string {
	return fmt.Sprintf("%s failed and is tried again (attempt %d): %s", f.Activity, f.Attempt, f.Reason)
}

// failing lists the activities of a run that are tried again.
func (s session) failing(ctx context.Context, id, run string) ([]failing, error) {
	d, err := s.temporal.DescribeWorkflowExecution(ctx, id, run)
	if err != nil {
		return nil, fmt.Errorf("ask Temporal about %s: %w", id, err)
	}
	var all []failing
	for _, a := range d.GetPendingActivities() {
		// One that is done in rounds waits for the next one.
		benign := enumspb.APPLICATION_ERROR_CATEGORY_BENIGN
		if why := a.GetLastFailure(); why != nil && why.GetApplicationFailureInfo().GetCategory() != benign {
			all = append(all, failing{a.GetActivityType().GetName(), a.GetAttempt(), reasonOf(why)})
		}
	}
	return all, nil
}

// reasonOf is a failure in one line. A timeout says what it followed.
func reasonOf(f *failurepb.Failure) string {
	text := f.GetMessage()
	if cause := f.GetCause(); cause != nil && f.GetTimeoutFailureInfo() != nil {
		text += ": " + reasonOf(cause)
	}
	return strings.Join(strings.Fields(text), " ")
}

// A failureLog tells of activities that fail, once for each new reason.
type failureLog struct {
	told map[string]bool
}

// tell writes what is new of a run. What cannot be asked for is left out: the run
// itself tells what is wrong.
func (l *failureLog) tell(ctx context.Context, s session, w io.Writer, id, run string) {
	all, err := s.failing(ctx, id, run)
	if err != nil {
		return
	}
	for _, f := range all {
		if key := f.Activity + "\n" + f.Reason; !l.told[key] {
			if l.told == nil {
				l.told = map[string]bool{}
			}
			l.told[key] = true
			fmt.Fprintf(w, "%s: %v\n", id, f)
		}
	}
}
