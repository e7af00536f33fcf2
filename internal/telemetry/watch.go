package telemetry

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
)

// watching reads what activities are given and return.
type watching struct {
	interceptor.InterceptorBase
	metrics *Metrics
}

// InterceptActivity is called for each run of an activity.
func (w *watching) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &watched{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}, metrics: w.metrics}
}

type watched struct {
	interceptor.ActivityInboundInterceptorBase
	metrics *Metrics
}

// ExecuteActivity runs the activity and counts what came of it.
func (w *watched) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	out, err := w.Next.ExecuteActivity(ctx, in)
	switch {
	case err != nil:
		w.metrics.failures.WithLabelValues(activity.GetInfo(ctx).ActivityType.Name, nameOf(err)).Inc()
	case len(in.Args) == 1:
		w.metrics.Observe(in.Args[0], out, time.Now())
	}
	return out, err
}

// nameOf is the name under which an error crosses to the workflow.
func nameOf(err error) string {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok && app.Type() != "" {
		return app.Type()
	}
	if errors.Is(err, context.Canceled) || temporal.IsCanceledError(err) {
		return "Cancelled"
	}
	return "other"
}
