package app

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// heartbeat is how often a running activity says that it lives. A worker that
// was killed is missed after an activity's heartbeat timeout, however long the
// activity itself may take.
const heartbeat = 3 * time.Second

// beating makes every activity with a heartbeat timeout heartbeat while it
// runs, repeating the details that the activity itself recorded last.
type beating struct {
	interceptor.WorkerInterceptorBase
}

// InterceptActivity is called for each run of an activity.
func (*beating) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &pulse{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}}
}

// pulse beats beside one run of an activity.
type pulse struct {
	interceptor.ActivityInboundInterceptorBase
	last *lastDetails
}

// Init puts itself between the activity and what it records.
func (p *pulse) Init(outbound interceptor.ActivityOutboundInterceptor) error {
	p.last = &lastDetails{ActivityOutboundInterceptorBase: interceptor.ActivityOutboundInterceptorBase{Next: outbound}}
	return p.Next.Init(p.last)
}

// ExecuteActivity runs the activity and beats until it returns.
func (p *pulse) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if activity.GetInfo(ctx).HeartbeatTimeout > 0 {
		var beats sync.WaitGroup
		defer beats.Wait()
		stop := make(chan struct{})
		defer close(stop)
		beats.Go(func() {
			ticks := time.NewTicker(heartbeat)
			defer ticks.Stop()
			for {
				select {
				case <-stop:
					return
				case <-ctx.Done():
					return
				case <-ticks.C:
					p.last.repeat(ctx)
				}
			}
		})
	}
	return p.Next.ExecuteActivity(ctx, in)
}

// lastDetails remembers what an activity recorded last: a heartbeat without
// details would erase it, and the next try may need it.
type lastDetails struct {
	interceptor.ActivityOutboundInterceptorBase
	mu      sync.Mutex
	details []any
}

// RecordHeartbeat is what the activity calls.
func (l *lastDetails) RecordHeartbeat(ctx context.Context, details ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.details = details
	l.Next.RecordHeartbeat(ctx, details...)
}

func (l *lastDetails) repeat(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Next.RecordHeartbeat(ctx, l.details...)
}
