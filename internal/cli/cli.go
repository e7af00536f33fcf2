// Package cli is the command line: one file for each command. Results go to
// stdout, progress and errors to stderr.
package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/app"
)

// Exit codes, which scripts rely on. A command that a signal ends before it is
// done has 128 and the signal's number: 130 after ctrl-C, 143 after SIGTERM.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitRefused
)

// errUsage marks a call that the user must write differently.
var errUsage = errors.New("see --help")

// Main runs the command line and returns its exit code.
func Main(args []string, stdout, stderr io.Writer) int {
	app.LimitMemory(app.CommandMemory)
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	ctx, signalled := interruptible(patient(root, args), stderr)
	defer signalled.stop()
	err := cmp.Or(onOneLine(args), checkNames(root, args))
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	switch {
	case err == nil:
		return exitDone
	case signalled.caught.Load() != 0:
		return signalled.code(stderr)
	}
	fmt.Fprintf(stderr, "headroom: %s\n", printable(err.Error()))
	switch {
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, capacity.ErrRefused), errors.Is(err, errOtherPolicy):
		return exitRefused
	}
	return exitFailed
}

// rootCommand is the command with all others below it.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "headroom",
		Short:         "Plans the capacity a service will need, and carries the plan out",
		Version:       app.Version().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		demoCommand(), devCommand(), checkCommand(),
		policyCommand(), retrainCommand(), planCommand(app.Files()), approveCommand(), rejectCommand(),
		overrideCommand(), pauseCommand(), resumeCommand(), abortCommand(), eventCommand(),
		statusCommand(), explainCommand(), reportCommand(), regretCommand(), auditCommand(), restoreCommand(),
		schedulesCommand(), fleetCommand(), workersCommand(), codecCommand(),
		forecastCommand(app.OpenFile), backtestCommand(app.OpenFile), simulateCommand(app.Files()), versionCommand(),
	)
	return root
}
