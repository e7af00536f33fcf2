package workflows

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
	"headroom/internal/signedcalls"
)

// a has no ports: only its methods' names and types are used.
var a = new(activities.Activities)

// do runs one activity and waits for its result. Unlike ExecuteActivity, it
// does not compile when the argument or the result has the wrong type.
func do[In, Out any](ctx workflow.Context, activity func(context.Context, In) (Out, error), in In) (Out, error) {
	var out Out
	err := signedcalls.Result(ctx, workflow.ExecuteActivity(ctx, activity, in), &out)
	return out, err
}

// named refuses to go on with names that become parts of keys and workflow IDs, and that
// no service and no event can have.
func named(names ...string) error {
	for _, name := range names {
		if !capacity.IsName(name) {
			return temporal.NewNonRetryableApplicationError(fmt.Sprintf("%.80q is no name: write up to 63 of a-z, 0-9 and -, not starting with -", name), "Refused", nil)
		}
	}
	return nil
}

// run is do for an activity that only reports an error.
func run[In any](ctx workflow.Context, activity func(context.Context, In) error, in In) error {
	return signedcalls.Result(ctx, workflow.ExecuteActivity(ctx, activity, in), nil)
}

// ComputeQueue is the task queue of activities that need a processor.
const ComputeQueue = "headroom-compute"

// Queue is the task queue of workflows and of all other activities.
const Queue = "headroom"

// missed is how long after its last heartbeat an activity is given up and
// tried again elsewhere. Workers heartbeat every few seconds for every activity
// that they run, so it bounds what the loss of a worker costs.
const missed = 12 * time.Second

// remote is for a short call to somebody else, worth many tries.
func remote(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 2 * time.Minute,
		HeartbeatTimeout:    missed,
		Summary:             summary,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, MaximumInterval: 30 * time.Second, MaximumAttempts: 12},
	})
}

// brief is for a call that a later one makes up for. It has no time limit from schedule
// to close: that would compare the clocks of server and worker.
func brief(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute,
		HeartbeatTimeout:    missed,
		Summary:             summary,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 3},
	})
}

// ask is remote for a call that changes a target: a workflow that is cancelled
// meanwhile waits for what came of it, so that nobody takes a change back
// before it is made.
func ask(ctx workflow.Context, summary string) workflow.Context {
	ctx = remote(ctx, summary)
	options := workflow.GetActivityOptions(ctx)
	options.WaitForCancellation = true
	return workflow.WithActivityOptions(ctx, options)
}

// keep is remote for the conductor's own records: however long the store is
// away, it is tried until it is back.
func keep(ctx workflow.Context, summary string) workflow.Context {
	ctx = remote(ctx, summary)
	return workflow.WithRetryPolicy(ctx, temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, MaximumInterval: 10 * time.Second})
}

// compute is for arithmetic: it heartbeats, and runs where processors are.
func compute(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           ComputeQueue,
		StartToCloseTimeout: 30 * time.Minute,
		HeartbeatTimeout:    missed,
		Summary:             summary,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: 30 * time.Second, MaximumAttempts: 12},
	})
}

// batch is compute for many services one after the other. Each try goes on where
// the one before it ended, and a service counts as failed after some tries, so
// there may be many.
func batch(ctx workflow.Context, summary string) workflow.Context {
	ctx = workflow.WithStartToCloseTimeout(compute(ctx, summary), 6*time.Hour)
	return workflow.WithRetryPolicy(ctx, temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: 30 * time.Second, MaximumAttempts: 1000})
}

// prune is for removing many objects: each try ends what the one before it began.
func prune(ctx workflow.Context, summary string) workflow.Context {
	ctx = workflow.WithStartToCloseTimeout(remote(ctx, summary), 6*time.Hour)
	return workflow.WithRetryPolicy(ctx, temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: time.Minute, MaximumAttempts: 12})
}

// watch is for heartbeated waiting of at most so long.
func watch(ctx workflow.Context, summary string, atMost time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: atMost + 5*time.Minute,
		HeartbeatTimeout:    missed,
		Summary:             summary,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, MaximumInterval: 10 * time.Second, MaximumAttempts: 20},
	})
}
