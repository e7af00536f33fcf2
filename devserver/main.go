// Command devserver runs the two servers that Headroom needs on a laptop, each
// in the foreground of its own process: a Temporal server with its Web UI on a
// SQLite file, and an S3 server on a folder. Both listen on loopback only, need
// no internet, and print one JSON line on stdout when they serve.
//
// They are for development, tests and demonstrations. In production, run
// Temporal on PostgreSQL and use a real object store.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"headroom/devserver/lifecycle"
	"headroom/devserver/objects"
	"headroom/devserver/temporal"
)

const usage = `usage: devserver COMMAND [flags]

commands:
  temporal   a Temporal server and its Web UI, on a SQLite file
  s3         an S3 server, on a folder
  version    the versions of the servers inside

"devserver COMMAND -h" lists the flags of a command.
`

// errUsage marks an error that the user makes on the command line, after
// which the process exits with status 2.
var errUsage = errors.New("wrong usage")

func main() {
	stdout, err := lifecycle.ReserveStdout()
	if err != nil {
		fmt.Fprintln(os.Stderr, "devserver:", err)
		os.Exit(1)
	}
	os.Exit(run(os.Args[1:], stdout, os.Stderr))
}

// run carries out one command line and returns the process's exit status:
// 0 done, 1 failed, 2 wrong usage.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := lifecycle.Signals(context.Background())
	defer stop()

	err := dispatch(ctx, args, stdout, stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage), errors.Is(err, temporal.ErrSettings), errors.Is(err, objects.ErrSettings):
		fmt.Fprintln(stderr, "devserver:", err)
		return 2
	default:
		fmt.Fprintln(stderr, "devserver:", err)
		return 1
	}
}

func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return fmt.Errorf("no command: %w", errUsage)
	}
	switch args[0] {
	case "temporal":
		return runTemporal(ctx, args[1:], stdout, stderr)
	case "s3":
		return runS3(ctx, args[1:], stdout, stderr)
	case "version":
		return runVersion(args[1:], stdout, stderr)
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	}
	fmt.Fprint(stderr, usage)
	return fmt.Errorf("command %q: %w", args[0], errUsage)
}

// parse reads the flags of one command, which takes no other arguments.
func parse(flags *flag.FlagSet, args []string, stderr io.Writer) error {
	flags.SetOutput(stderr)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%s: %w: %w", flags.Name(), err, errUsage)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%s: argument %q is not a flag: %w", flags.Name(), flags.Arg(0), errUsage)
	}
	return nil
}
