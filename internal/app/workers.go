package app

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"headroom/adapters/aws"
	"headroom/workflows"
)

// Dial connects to Temporal. An address where nobody answers is an error that
// says what to do.
func Dial(ctx context.Context, s Settings, logger *slog.Logger) (client.Client, error) {
	options := s.Temporal
	options.Logger = log.NewStructuredLogger(logger)
	c, err := client.DialContext(ctx, options)
	if err != nil {
		address := options.HostPort
		if address == "" {
			address = client.DefaultHostPort
		}
		return nil, fmt.Errorf("reach Temporal at %s: %w: start one with `headroom dev`, or set TEMPORAL_ADDRESS", address, err)
	}
	return c, nil
}

// StartWorkers runs a worker for orchestration and one for computing, the
// latter with as many activities at a time as there are processors. The
// returned function stops both and waits for what they are doing.
func StartWorkers(ctx context.Context, s Settings, temporal client.Client) (stop func(), err error) {
	s3, err := aws.Open(ctx, s.S3)
	if err != nil {
		return nil, err
	}
	activities := newActivities(s, s3, temporal)
	options := worker.Options{
		WorkerStopTimeout:            10 * time.Second,
		MaxHeartbeatThrottleInterval: heartbeat,
		Interceptors:                 []interceptor.WorkerInterceptor{&beating{}},
	}
	orchestration := worker.New(temporal, workflows.Queue, options)
	workflows.Register(orchestration)
	orchestration.RegisterActivity(activities)
	options.MaxConcurrentActivityExecutionSize = runtime.GOMAXPROCS(0)
	options.DisableWorkflowWorker = true
	computing := worker.New(temporal, workflows.ComputeQueue, options)
	computing.RegisterActivity(activities)
	if err := orchestration.Start(); err != nil {
		return nil, fmt.Errorf("start the orchestration worker: %w", err)
	}
	if err := computing.Start(); err != nil {
		orchestration.Stop()
		return nil, fmt.Errorf("start the computing worker: %w", err)
	}
	return func() { computing.Stop(); orchestration.Stop() }, nil
}
