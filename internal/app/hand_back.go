package app

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
)

// handedBack is the type of the error with which a worker that stops returns an
// activity: another worker takes it at once, instead of when it is missed.
const handedBack = "HandedBack"

// errStopping is why the context of an activity was cancelled.
var errStopping = errors.New("the worker stops")

// handing lets a worker that stops finish its activities within the grace, and
// hand back those that it cannot.
type handing struct {
	interceptor.WorkerInterceptorBase
	grace time.Duration
}

// InterceptActivity is called for each run of an activity.
func (h *handing) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &returnable{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}, grace: h.grace}
}

// returnable is one run of an activity that may be handed back.
type returnable struct {
	interceptor.ActivityInboundInterceptorBase
	grace time.Duration
}

// ExecuteActivity runs the activity. What it returns in time counts, even if the
// worker stops.
func (r *returnable) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stopping := activity.GetWorkerStopChannel(ctx)
	go func() {
		select {
		case <-inner.Done():
			return
		case <-stopping:
		}
		grace := time.NewTimer(r.grace)
		defer grace.Stop()
		select {
		case <-inner.Done():
		case <-grace.C:
			cancel(errStopping)
		}
	}()
	out, err := r.Next.ExecuteActivity(inner, in)
	if err != nil && errors.Is(context.Cause(inner), errStopping) {
		return nil, temporal.NewApplicationErrorWithOptions(errStopping.Error(), handedBack, temporal.ApplicationErrorOptions{
			NextRetryDelay: time.Millisecond, Cause: err,
		})
	}
	return out, err
}
