package workers

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
	"headroom/internal/rollout"
)

// A promoted is how new runs are routed after a promotion.
type promoted struct {
	Deployment string
	Before     rollout.Routing
	Routing    rollout.Routing
	Versions   []rollout.Version
}

func workersPromoteCommand() *cobra.Command {
	var deployment string
	var percent float32
	var asJSON bool
	c := &cobra.Command{
		Use:   "promote BUILD",
		Short: "Makes a version of the workers the current one, or ramps it",
		Long: `Makes a version of the workers the current one, on which all new runs begin, and ends
every ramp. With --percent it ramps: that share of the new runs begins on it, by a
hash of the workflow ID, so the same service goes the same way each time; --percent
0 ends its ramp. BUILD unversioned is the workers without a version.

Runs that are under way stay on the version on which they began, and need its
workers. A conductor moves when it takes the next plan over, and the preparation of
an event at its next look at it; all others end where they began. Promote a version again to
take back a promotion or a ramp.

A version whose workers do not poll both queues is refused. The routing that is
printed is read back from Temporal after the change.

It calls Temporal alone and no worker: it asks for no token, and is on no record. Only
Temporal's authorizer can keep it from people (docs/security.md).`,
		Example: `  headroom workers promote 2026-11-27.1 --percent 10
  headroom workers promote 2026-11-27.1
  headroom workers promote 2026-11-27.1 --percent 0`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return fmt.Errorf("name one build, got %q: %w", args, command.ErrUsage)
			}
			if !(percent >= 0 && percent <= 100) {
				return fmt.Errorf("--percent is %g, give a number from 0 to 100: %w", percent, command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return onDeployment(c, deployment, func(ctx context.Context, d rollout.Deployment) error {
				before, after, err := d.Promote(ctx, args[0], percent)
				if err != nil {
					return err
				}
				versions, err := d.Versions(ctx)
				if err != nil {
					return fmt.Errorf("%s is done: %s: %w", "the promotion", after, err)
				}
				if asJSON {
					return command.PrintJSON(c.OutOrStdout(), promoted{d.Name, before, after, versions})
				}
				printPromoted(c.OutOrStdout(), d.Name, before, after, versions)
				return nil
			})
		},
	}
	deploymentFlag(c, &deployment)
	command.JSONFlag(c, &asJSON)
	c.Flags().Float32Var(&percent, "percent", 100, "of new runs; 0 ends the ramp of BUILD")
	return c
}

// printPromoted says where new runs begin now, and which builds are needed still.
func printPromoted(w io.Writer, deployment string, before, after rollout.Routing, versions []rollout.Version) {
	fmt.Fprintln(w, after)
	if before != after {
		fmt.Fprintf(w, "before: %s\n", before)
	}
	for _, v := range versions {
		gone := abandoned(deployment, v)
		switch {
		case gone != "":
			fmt.Fprintln(w, gone)
		case v.Total() > 0 && v.Build != after.Current && v.Build != after.Ramping:
			fmt.Fprintf(w, "%s still on build %s: conductors move at their next plan, event preparations at their next look, all others end there: keep its workers until `headroom workers list%s` shows it drained\n", runsOf(v), v.Build, deploymentArg(deployment))
		}
	}
}
