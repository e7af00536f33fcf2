package cli

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/internal/rollout"
)

// fallbackDeployment is what deployments are called where nothing else is said.
const fallbackDeployment = "headroom"

func workersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "workers",
		Short: "Lists the versions of the workers, and moves runs to the next one",
		Args:  knownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(workersListCommand(), workersPromoteCommand())
	return c
}

func deploymentFlag(c *cobra.Command, deployment *string) {
	name := os.Getenv("TEMPORAL_DEPLOYMENT_NAME")
	if name == "" {
		name = fallbackDeployment
	}
	c.Flags().StringVar(deployment, "deployment", name, "the worker deployment (TEMPORAL_DEPLOYMENT_NAME)")
}

func workersListCommand() *cobra.Command {
	var deployment string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Lists the versions of the workers: which is current, and which may be stopped",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			temporal, err := dialTemporal(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer temporal.Close()
			versions, err := rollout.List(c.Context(), temporal, deployment)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), versions)
			}
			table := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "BUILD\tSTATE\tFIRST SEEN")
			for _, v := range versions {
				state := string(v.State)
				if v.State == rollout.Ramping {
					state += fmt.Sprintf(" %g %%", v.Percent)
				}
				fmt.Fprintf(table, "%s\t%s\t%s\n", v.Build, state, v.Created.UTC().Format(time.RFC3339))
			}
			return table.Flush()
		},
	}
	deploymentFlag(c, &deployment)
	jsonFlag(c, &asJSON)
	return c
}

// A promoted is a version of the workers on which new runs begin now.
type promoted struct {
	Deployment string
	Build      string
	Percent    float32
}

func workersPromoteCommand() *cobra.Command {
	var deployment string
	var percent float32
	var asJSON bool
	c := &cobra.Command{
		Use:   "promote BUILD",
		Short: "Lets new runs begin on a version of the workers",
		Long: `Lets new runs begin on a version of the workers: all of them, or with --percent
so many of a hundred. Runs of Retrain and Plan end on the version on which they
began; the conductors that carry plans out move with the current version. A
promotion is taken back by promoting the version before.`,
		Example: `  headroom workers promote 2026-11-27.1 --percent 10
  headroom workers promote 2026-11-27.1`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("name one build, got %q: %w", args, errUsage)
			}
			if !(percent > 0 && percent <= 100) {
				return fmt.Errorf("--percent is %g, give a number above 0, up to 100: %w", percent, errUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			temporal, err := dialTemporal(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer temporal.Close()
			if err := rollout.Promote(c.Context(), temporal, deployment, args[0], percent); err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), promoted{deployment, args[0], percent})
			}
			fmt.Fprintf(c.OutOrStdout(), "%g %% of new runs begin on %s\n", percent, args[0])
			return nil
		},
	}
	deploymentFlag(c, &deployment)
	jsonFlag(c, &asJSON)
	c.Flags().Float32Var(&percent, "percent", 100, "of new runs")
	return c
}
