package telemetry

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
)

// watching counts what failed, under the name of the error.
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

// ExecuteActivity runs the activity, and counts a failure.
func (w *watched) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	out, err := w.Next.ExecuteActivity(ctx, in)
	if err != nil {
		w.metrics.failures.WithLabelValues(activity.GetInfo(ctx).ActivityType.Name, nameOf(err)).Inc()
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
