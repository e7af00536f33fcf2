// Command worker runs Headroom's workflows and activities.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the image has no zone files

	"headroom/internal/app"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	good := app.RunWorker(ctx, os.LookupEnv, os.Stderr)
	cancel()
	if !good {
		os.Exit(1)
	}
}
