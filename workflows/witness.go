package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/oversight"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// witness records a decision. Where that can never be done, it is logged: it is
// tried for as long as the store is away.
func witness(ctx workflow.Context, p capacity.Policy, r audit.Record) {
	r.Service = p.Service
	if err := run(keep(ctx, string(r.Kind)+": "+r.Text), a.Witness, oversight.WitnessInput{Record: r, Notify: p.Notify}); err != nil {
		workflow.GetLogger(ctx).Error("a decision was not recorded", "decision", r.Text, "error", err)
	}
}

// inRun is an ID that a caller chose, apart from the same one in another run: otherwise
// what is recorded under it in one would keep the other from being recorded. After a reset
// it is the same.
func inRun(ctx workflow.Context, id string) string {
	return workflow.GetInfo(ctx).OriginalRunID + "/" + id
}

// failed records that a plan could not be made, or a model not trained. A store
// that stays away does not keep the workflow from ending.
func failed(ctx workflow.Context, service string, to capacity.Notify, what, why string, now time.Time, failure error) {
	if ctx.Err() != nil { // somebody ended it
		return
	}
	r := records.FailedRecord(what, workflow.GetInfo(ctx).WorkflowExecution.RunID, why, because(failure), now)
	r.Service = service
	if err := run(remote(ctx, string(r.Kind)+": "+r.Text), a.Witness, oversight.WitnessInput{Record: r, Notify: to}); err != nil {
		workflow.GetLogger(ctx).Error("a failure was not recorded", "failure", r.Text, "error", err)
	}
}

// because is what an activity says was wrong, without the path that the error took.
func because(err error) string {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return app.Message()
	}
	return err.Error()
}
