package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const workerHelp = `usage: worker [--version | --help]

Runs Headroom's workflows and activities until SIGTERM. Its settings come from
the environment: docs/operations.md lists the variables.
`

// WorkerMain runs the program worker with its arguments, and returns its exit
// code: 0 after SIGTERM, 1 if it failed, 2 if it was called wrongly.
func WorkerMain(args []string, stdout, stderr io.Writer) int {
	switch {
	case len(args) == 0:
		LimitMemory(0)
		ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer cancel()
		if !RunWorker(ctx, os.LookupEnv, stderr) {
			return 1
		}
	case len(args) == 1 && (args[0] == "--version" || args[0] == "version"):
		fmt.Fprintln(stdout, "worker", Version())
	case len(args) == 1 && (args[0] == "--help" || args[0] == "-h" || args[0] == "help"):
		fmt.Fprint(stdout, workerHelp)
	default:
		fmt.Fprintf(stderr, "worker: no arguments are taken, got %q: set the environment, see worker --help\n", args)
		return 2
	}
	return 0
}
