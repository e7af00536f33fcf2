package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/oversight"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/internal/signedcalls"
)

// Notify brings a notice to every channel that takes it, and tries for an hour.
// One that cannot be reached does not keep it from the others. A notice that no worker has
// sent goes nowhere.
func Notify(ctx workflow.Context, in records.NoticeInput) error {
	n := in.Notice
	if err := stage(ctx, n.Service, "notify", fmt.Sprintf("**%s**: %s", n.Kind, n.Text)); err != nil {
		return err
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Second,
		ScheduleToCloseTimeout: time.Hour,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: 5 * time.Minute},
	})
	run := workflow.GetInfo(ctx).WorkflowExecution
	var posting []workflow.Future
	for _, channel := range in.Channels {
		posting = append(posting, workflow.ExecuteActivity(ctx, a.PostNotice, oversight.PostInput{NoticeInput: in, Channel: channel, ID: run.ID, Run: run.RunID}))
	}
	var failed []error
	for _, f := range posting {
		failed = append(failed, signedcalls.Result(ctx, f, nil))
	}
	if err := errors.Join(failed...); err != nil {
		return err
	}
	return stage(ctx, n.Service, "done", fmt.Sprintf("**%s**, told to %d: %s", n.Kind, len(in.Channels), n.Text))
}

// NotifyID is the workflow ID of a notice: there is one for each. Workers that have a key
// add a tag to it.
func NotifyID(n capacity.Notice) string {
	return fmt.Sprintf("notify/%s/%s/%s", n.Service, n.Kind, n.Subject)
}
