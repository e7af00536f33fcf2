package workers

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/rollout"
)

func workersMoveCommand() *cobra.Command {
	var deployment, from, to string
	var asJSON bool
	c := &cobra.Command{
		Use:   "move --from BUILD [WORKFLOW-ID...]",
		Short: "Lets running runs go on with another version of the workers",
		Long: `Lets running runs go on with another version of the workers from their next workflow
task on: all that are on the build of --from, or those of the workflow IDs, such as
execute/chat. It is the way out where the workers of a build are gone for good, or
where its code fails. Without --to they go to the current version.

The other version replays the history of each run. A run whose history does not
replay there stands still; ` + "`headroom status`" + ` says so, and the run can be moved back.

It calls Temporal alone and no worker: it asks for no token, and is on no record. Only
Temporal's authorizer can keep it from people (docs/security.md).`,
		Example: `  headroom workers move --from 2026-11-26.1
  headroom workers move --from 2026-11-27.1 --to 2026-11-26.1 execute/chat`,
		Args: func(_ *cobra.Command, _ []string) error {
			switch {
			case from == "":
				return fmt.Errorf("say which build the runs are on: --from BUILD: %w", command.ErrUsage)
			case from == rollout.Unversioned || to == rollout.Unversioned:
				return fmt.Errorf("runs move between builds only, not from or to workers without a version: %w", command.ErrUsage)
			case from == to:
				return fmt.Errorf("--from and --to are both %q: name two builds: %w", from, command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return onDeployment(c, deployment, func(ctx context.Context, d rollout.Deployment) error {
				to := to
				if to == "" {
					var err error
					if to, err = currentBuild(ctx, d); err != nil {
						return err
					}
				}
				if from == to {
					return fmt.Errorf("build %s is the current one: say --to which other build its runs go: %w", from, command.ErrUsage)
				}
				moved, err := d.Move(ctx, from, to, args)
				if err != nil {
					return err
				}
				if asJSON {
					err = command.PrintJSON(c.OutOrStdout(), moved)
				}
				return errors.Join(err, reportMoved(c, from, to, moved, asJSON))
			})
		},
	}
	deploymentFlag(c, &deployment)
	command.JSONFlag(c, &asJSON)
	c.Flags().StringVar(&from, "from", "", "the build that the runs are on")
	c.Flags().StringVar(&to, "to", "", "the build that goes on with them (default: the current one)")
	return c
}

// currentBuild is the build on which new runs begin.
func currentBuild(ctx context.Context, d rollout.Deployment) (string, error) {
	routing, err := d.Routing(ctx)
	if err == nil && routing.Current == rollout.Unversioned {
		err = fmt.Errorf("no build is current: say --to which build the runs go: %w", command.ErrUsage)
	}
	return routing.Current, err
}

// reportMoved says what came of each run, and returns an error if one was not moved.
func reportMoved(c *cobra.Command, from, to string, all []rollout.Moved, quiet bool) error {
	stay := 0
	for _, m := range all {
		text := fmt.Sprintf("%s goes on with build %s", m.ID, to)
		if m.Why != "" {
			stay++
			text = fmt.Sprintf("%s is not moved: %s", m.ID, m.Why)
		}
		if !quiet {
			fmt.Fprintln(c.OutOrStdout(), text)
		}
	}
	switch {
	case stay > 0:
		return fmt.Errorf("%d of %s not moved", stay, capacity.Count(len(all), "run"))
	case len(all) == 0:
		return fmt.Errorf("no run is on build %s: see `headroom workers list`", from)
	}
	return nil
}
