package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/internal/signedcalls"
	"headroom/workflows"
)

// Dial connects a command to Temporal. An address where nobody answers is an error that
// says what to do.
func Dial(ctx context.Context, s Settings, logger *slog.Logger) (client.Client, error) {
	options := s.Temporal
	s.Keys.Seal(&options)
	return dial(ctx, options, logger)
}

// DialWorker is Dial for a worker: where there are keys, it takes nothing in clear, and
// takes for a worker's what a worker has signed.
func DialWorker(ctx context.Context, s Settings, logger *slog.Logger) (client.Client, error) {
	options := s.Temporal
	s.Keys.SealWorker(&options)
	signedcalls.Sign(&options, s.WorkerKeys)
	return dial(ctx, options, logger)
}

func dial(ctx context.Context, options client.Options, logger *slog.Logger) (client.Client, error) {
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
// returned function stops both, and waits until what they are doing is finished
// or handed back.
func StartWorkers(ctx context.Context, s Settings, temporal client.Client) (stop func(), err error) {
	s3, err := aws.Open(ctx, s.S3)
	if err != nil {
		return nil, err
	}
	call, err := s.caller(ctx, temporal)
	if err != nil {
		return nil, err
	}
	activities := newActivities(s, s3, temporal, call)
	w := s.Workers.complete()
	worker.SetStickyWorkflowCacheSize(w.Cached)
	options := worker.Options{
		WorkerStopTimeout:            w.Stop,
		MaxHeartbeatThrottleInterval: heartbeat,
		Interceptors:                 []interceptor.WorkerInterceptor{&inWorkflows{}, &beating{}, &handing{grace: w.Stop * 3 / 4}},
	}
	if w.Deployment != "" && w.Build != "" {
		options.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning: true,
			Version:       worker.WorkerDeploymentVersion{DeploymentName: w.Deployment, BuildID: w.Build},
		}
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
	if s.metrics != nil {
		s.metrics.Ready(reaches(temporal, aws.Store{Client: s3, Bucket: s.Bucket}))
	}
	return func() {
		var both sync.WaitGroup
		both.Go(computing.Stop)
		both.Go(orchestration.Stop)
		both.Wait()
	}, nil
}

// reaches returns what finds out whether Temporal and the bucket answer.
func reaches(temporal client.Client, store capacity.Store) func(context.Context) error {
	reached := reachesTemporal(temporal)
	return func(ctx context.Context) error {
		if err := reached(ctx); err != nil {
			return err
		}
		if _, _, err := store.Get(ctx, "readyz"); err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return fmt.Errorf("reach the bucket: %w", err)
		}
		return nil
	}
}

// reachesTemporal returns what finds out whether Temporal answers.
func reachesTemporal(temporal client.Client) func(context.Context) error {
	return func(ctx context.Context) error {
		if _, err := temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
			return fmt.Errorf("reach Temporal: %w", err)
		}
		return nil
	}
}
