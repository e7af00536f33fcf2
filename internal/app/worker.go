package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"headroom/internal/telemetry"
)

// RunWorker runs the workers until ctx is done, and logs to stderr. It reports
// whether they ended as they should; if not, the log says why.
func RunWorker(ctx context.Context, lookup func(string) (string, bool), stderr io.Writer) bool {
	s, err := FromEnvironment(lookup)
	logger := s.Telemetry.Logger(stderr)
	if err == nil {
		err = runWorker(ctx, s, logger)
	}
	if err != nil {
		logger.Error("worker stopped", "error", err)
		return false
	}
	logger.Info("worker stopped")
	return true
}

func runWorker(ctx context.Context, s Settings, logger *slog.Logger) error {
	if err := s.Workers.versioned(); err != nil {
		return err
	}
	if s.Identity.Issuer != "" && s.WorkerKeys.None() {
		return errors.New("HEADROOM_OIDC_ISSUER is set, and HEADROOM_WORKER_KEY is not, so that no worker would take the orders of events and retirements from another: set it to a key of `headroom codec worker-key`, the same at all workers")
	}
	stopTelling, err := ServeTelemetry(ctx, &s, logger)
	if err != nil {
		return err
	}
	defer stopTelling()
	temporal, err := DialWorker(ctx, s, logger)
	if err != nil {
		return err
	}
	defer temporal.Close()
	if name := s.TargetWorkers.Name; name != "" {
		stop, err := StartTargetWorker(s, temporal)
		if err != nil {
			return err
		}
		logger.Info("target worker runs", "name", name, "namespace", s.Temporal.Namespace, "targets", s.Bounds.Targets.String(), "sealed", !s.Keys.None())
		<-ctx.Done()
		stop()
		return nil
	}
	stop, err := StartWorkers(ctx, s, temporal)
	if err != nil {
		return err
	}
	logger.Info("worker runs", "namespace", s.Temporal.Namespace, "bucket", s.Bucket, "sealed", !s.Keys.None(), "deployment", s.Workers.Deployment, "build", s.Workers.Build)
	<-ctx.Done()
	stop()
	return nil
}

// ServeTelemetry lets workers and connections with the settings serve metrics and
// send spans, where the settings say so, until stop.
func ServeTelemetry(ctx context.Context, s *Settings, logger *slog.Logger) (stop func(), err error) {
	serving, flush := func() {}, func() {}
	if s.Telemetry.Listen != "" {
		m := telemetry.NewMetrics(telemetry.Build{Version: Version().Name(), Deployment: s.Workers.Deployment, ID: s.Workers.Build})
		m.Connect(&s.Temporal)
		s.observer, s.metrics = observer{m}, m
		if serving, err = m.Serve(ctx, s.Telemetry.Listen, logger); err != nil {
			return nil, err
		}
	}
	if s.Telemetry.Traces {
		if flush, err = telemetry.Trace(ctx, &s.Temporal); err != nil {
			serving()
			return nil, err
		}
	}
	return func() { flush(); serving() }, nil
}

// An observer makes metrics of what activities do, at the time of the wall.
type observer struct{ metrics *telemetry.Metrics }

// Observe implements [records.Observer].
func (o observer) Observe(in, out any) { o.metrics.Observe(in, out, time.Now()) }
