package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"

	"headroom/capacity"
	"headroom/internal/app"
	"headroom/workflows"
)

// outside does what a person does without Headroom, for scripts: "outside put KEY TEXT",
// "outside rm KEY", "outside terminate WORKFLOW-ID REASON", "outside start WORKFLOW-ID
// WORKFLOW INPUT", which waits for its end, and the input is JSON.
func outside() {
	if err := actOutside(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func actOutside(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("usage: outside put|rm|terminate|start KEY [TEXT...]")
	}
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return err
	}
	store, err := app.OpenStore(ctx, settings)
	if err != nil {
		return err
	}
	switch args[0] {
	case "put":
		_, version, err := store.Get(ctx, args[1])
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return err
		}
		return store.Swap(ctx, args[1], []byte(args[2]), version)
	case "rm":
		return store.Delete(ctx, args[1])
	}
	temporal, err := app.Dial(ctx, settings, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer temporal.Close()
	switch args[0] {
	case "terminate":
		return temporal.TerminateWorkflow(ctx, args[1], "", args[2])
	case "start":
		run, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: args[1], TaskQueue: workflows.Queue}, args[2], json.RawMessage(args[3]))
		if err != nil {
			return err
		}
		return run.Get(ctx, nil)
	}
	return fmt.Errorf("there is no %q", args[0])
}
