package app

import (
	"context"
	"log/slog"
)

// RunWorker runs the workers until ctx is done.
func RunWorker(ctx context.Context, lookup func(string) (string, bool), logger *slog.Logger) error {
	s, err := FromEnvironment(lookup)
	if err != nil {
		return err
	}
	temporal, err := Dial(ctx, s, logger)
	if err != nil {
		return err
	}
	defer temporal.Close()
	stop, err := StartWorkers(ctx, s, temporal)
	if err != nil {
		return err
	}
	logger.Info("worker runs", "namespace", s.Temporal.Namespace, "bucket", s.Bucket)
	<-ctx.Done()
	stop()
	return nil
}
