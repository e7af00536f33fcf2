package targetworker

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/failure"
	"headroom/capacity"
)

// How long a call may wait until the target worker takes it and how long it may run then.
// A call that neither has ended nor will: it is refused once it has expired.
const (
	taken   = 8 * time.Second
	ended   = time.Minute
	expires = 2 * time.Minute // beside that, for clocks that differ
)

// again is when a target worker that was away is called again: until then each call
// fails at once, so that one that is away does not keep others waiting.
const again = 10 * time.Second

// known is for how long it is known what a target can do.
const known = time.Hour

// A Caller calls target workers. It is safe for use by several goroutines, and must not be
// copied after its first use.
type Caller struct {
	Temporal client.Client
	Key      ed25519.PrivateKey // nil: none, and every call is refused
	Now      func() time.Time   // on the wall clock

	mu       sync.Mutex
	away     map[string]time.Time // by target worker: until when it is not called
	features map[capacity.TargetName]described
}

// described is what a target can do, and until when that is known.
type described struct {
	can   features
	until time.Time
}

// Target opens a target at the target worker that its name says. It asks there what the
// target can do, and remembers it for an hour. It returns ErrRefused where no key is set,
// and ErrAway while the target worker takes no calls.
// and ErrAway while the target worker takes no calls.
func (c *Caller) Target(ctx context.Context, name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
	worker, local := name.Worker()
	r := remote{c, worker, local, now}
	c.mu.Lock()
	found, ok := c.features[name]
	c.mu.Unlock()
	if ok && c.Now().Before(found.until) {
		return r.with(found.can), nil
	}
	a, err := r.call(ctx, call{Method: describe})
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.features == nil {
		c.features = map[capacity.TargetName]described{}
	}
	c.features[name] = described{a.Can, c.Now().Add(known)}
	return r.with(a.Can), nil
}

// call has a target worker call a target.
func (c *Caller) call(ctx context.Context, in call) (out Answer, err error) {
	if c.Key == nil {
		return out, fmt.Errorf("%s at target worker %q: set HEADROOM_TARGET_KEY at the planning workers: %w", in.Target, in.Worker, capacity.ErrRefused)
	}
	if c.isAway(in.Worker) {
		return out, isAway(in)
	}
	in.ID = fmt.Sprintf("%s/%s/%s", in.Worker, in.Method, rand.Text())
	in.Expires = c.Now().Add(taken + expires).UTC()
	signed, err := sign(in, c.Key)
	if err != nil {
		return out, err
	}
	handle, err := c.Temporal.ExecuteActivity(ctx, client.StartActivityOptions{
		ID: in.ID, TaskQueue: Queue(in.Worker), Summary: fmt.Sprintf("%s of %s", in.Method, in.Target),
		ScheduleToStartTimeout: taken, StartToCloseTimeout: ended, ScheduleToCloseTimeout: taken + ended,
		ActivityIDReusePolicy: enumspb.ACTIVITY_ID_REUSE_POLICY_REJECT_DUPLICATE,
		RetryPolicy:           &temporal.RetryPolicy{MaximumAttempts: 1},
	}, CallTarget, signed)
	if _, without := errors.AsType[*serviceerror.Unimplemented](err); without {
		return out, fmt.Errorf("call target worker %q: this Temporal server starts no activities outside of workflows: use release 1.32 or newer, with activity.enableStandalone: %w", in.Worker, err)
	}
	if err == nil {
		err = handle.Get(ctx, &out)
	}
	return out, c.explain(ctx, in, err)
}

// explain is the error of a call in the words of the target, or of what kept the call from
// reaching it.
func (c *Caller) explain(ctx context.Context, in call, err error) error {
	timeout, timed := errors.AsType[*temporal.TimeoutError](err)
	app, answered := errors.AsType[*temporal.ApplicationError](err)
	switch {
	case err == nil:
		return nil
	case answered:
		return failure.Received(app)
	case timed && timeout.TimeoutType() == enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START:
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.away == nil {
			c.away = map[string]time.Time{}
		}
		c.away[in.Worker] = c.Now().Add(again)
		return isAway(in)
	case timed:
		return fmt.Errorf("%s of %s: target worker %q took the call and did not answer within %s, and what it asked for may count: %w", in.Method, in.Target, in.Worker, ended, err)
	case ctx.Err() != nil:
		return fmt.Errorf("%s of %s at target worker %q: no answer yet: %w", in.Method, in.Target, in.Worker, ctx.Err())
	}
	return fmt.Errorf("%s of %s at target worker %q: %w", in.Method, in.Target, in.Worker, err)
}

func (c *Caller) isAway(worker string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Now().Before(c.away[worker])
}

// isAway says that no worker took a call.
func isAway(in call) error {
	return fmt.Errorf("%s of %s: no worker takes calls from the task queue %s; start target worker %q beside the target, with HEADROOM_TARGET_WORKER=%s, and see `headroom workers targets`: %w",
		in.Method, in.Target, Queue(in.Worker), in.Worker, in.Worker, capacity.ErrAway)
}
