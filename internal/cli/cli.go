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
	"headroom/internal/cli/audit"
	"headroom/internal/cli/check"
	"headroom/internal/cli/command"
	"headroom/internal/cli/dev"
	"headroom/internal/cli/event"
	"headroom/internal/cli/fleet"
	"headroom/internal/cli/forecast"
	"headroom/internal/cli/live"
	"headroom/internal/cli/orders"
	"headroom/internal/cli/plan"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/regret"
	"headroom/internal/cli/restore"
	"headroom/internal/cli/schedules"
	"headroom/internal/cli/session"
	"headroom/internal/cli/show"
	"headroom/internal/cli/simulate"
	"headroom/internal/cli/status"
	"headroom/internal/cli/workers"
)

// Exit codes, which scripts rely on. A command that a signal ends before it is
// done has 128 and the signal's number: 130 after ctrl-C, 143 after SIGTERM.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitRefused
)

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
	case errors.Is(err, command.ErrUsage):
		return exitUsage
	case errors.Is(err, capacity.ErrRefused), errors.Is(err, session.ErrOtherPolicy):
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
		Args:          command.KnownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		dev.Demo(), dev.Command(), check.Command(),
		putpolicy.Command(), plan.Retrain(), plan.Command(app.Files()), orders.Approve(), orders.Reject(),
		orders.Override(), orders.Pause(), orders.Resume(), orders.Abort(), event.Command(), live.Command(),
		status.Command(), show.Explain(), show.Report(), regret.Command(), audit.Command(), restore.Command(),
		schedules.Command(), fleet.Command(), workers.Command(), dev.Codec(),
		forecast.Command(app.OpenFile), forecast.Backtest(app.OpenFile), simulate.Command(app.Files()), versionCommand(),
	)
	return root
}
