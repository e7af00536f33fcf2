// Command worker runs Headroom's workflows and activities.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the image has no zone files

	"headroom/internal/app"
)

func main() {
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := app.RunWorker(ctx, os.LookupEnv, logger); err != nil {
		logger.Error("worker stopped", "error", err)
		os.Exit(1) //nolint:gocritic // nothing is left to cancel
	}
}
