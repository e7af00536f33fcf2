package cli_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"headroom/capacity"
	"headroom/internal/app"
)

// outside does what a person does without Headroom, for scripts: "outside put KEY TEXT",
// "outside rm KEY", "outside terminate WORKFLOW-ID REASON".
func outside() {
	if err := actOutside(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func actOutside(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("usage: outside put|rm|terminate KEY [TEXT]")
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
	case "terminate":
		temporal, err := app.Dial(ctx, settings, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer temporal.Close()
		return temporal.TerminateWorkflow(ctx, args[1], "", args[2])
	}
	return fmt.Errorf("there is no %q", args[0])
}
