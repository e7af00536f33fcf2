// Package workers is the commands about versions of workers.
package workers

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/internal/rollout"
	"headroom/workflows"
)

// Command is `headroom workers` with the commands below it.
func Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "workers",
		Short: "Lists the versions of the workers and the target workers, and routes runs to versions",
		Args:  command.KnownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(workersListCommand(), workersPromoteCommand(), workersMoveCommand(), workersTargetsCommand())
	return c
}

func deploymentFlag(c *cobra.Command, deployment *string) {
	name := os.Getenv("TEMPORAL_DEPLOYMENT_NAME")
	if name == "" {
		name = rollout.DefaultDeployment
	}
	c.Flags().StringVar(deployment, "deployment", name, "the worker deployment (TEMPORAL_DEPLOYMENT_NAME)")
}

// deploymentOf is a worker deployment of Headroom.
func deploymentOf(temporal client.Client, name string) rollout.Deployment {
	return rollout.Deployment{Temporal: temporal, Name: name, Queues: []rollout.Queue{
		{Name: workflows.Queue, Type: enumspb.TASK_QUEUE_TYPE_WORKFLOW},
		{Name: workflows.Queue, Type: enumspb.TASK_QUEUE_TYPE_ACTIVITY},
		{Name: workflows.ComputeQueue, Type: enumspb.TASK_QUEUE_TYPE_ACTIVITY},
	}}
}

// onDeployment does something with a worker deployment.
func onDeployment(c *cobra.Command, name string, do func(context.Context, rollout.Deployment) error) error {
	temporal, err := session.DialTemporal(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer temporal.Close()
	return do(c.Context(), deploymentOf(temporal, name))
}

func workersListCommand() *cobra.Command {
	var deployment string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Lists the versions of the workers: which is current, and which may be stopped",
		Long: `Lists the versions of the workers, newest first: which is current, the runs that are
under way on each, and when one of its workers last polled. A version that is
drained has no runs, and its workers may be stopped. Workers without a version are
listed while they get or have runs. One that has runs and no
workers is named with what to do about it.`,
		Args: command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return onDeployment(c, deployment, func(ctx context.Context, d rollout.Deployment) error {
				versions, err := d.Versions(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return command.PrintJSON(c.OutOrStdout(), versions)
				}
				return printVersions(c.OutOrStdout(), d.Name, versions)
			})
		},
	}
	deploymentFlag(c, &deployment)
	command.JSONFlag(c, &asJSON)
	return c
}

func printVersions(w io.Writer, deployment string, versions []rollout.Version) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "BUILD\tSTATE\tRUNS\tLAST POLL\tFIRST SEEN")
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.UTC().Format(time.RFC3339)
	}
	for _, v := range versions {
		state := string(v.State)
		if v.State == rollout.Ramping {
			state += fmt.Sprintf(" %g %%", v.Percent)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", v.Build, state, runsOf(v), at(v.LastPoll), at(v.Created))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, v := range versions {
		if text := abandoned(deployment, v); text != "" {
			fmt.Fprintln(w, text)
		}
	}
	return nil
}

// runsOf is the runs on a version, such as "8 conductors, 1 plan".
func runsOf(v rollout.Version) string {
	if len(v.Runs) == 0 {
		return "-"
	}
	var all []string
	for _, c := range v.Runs {
		name := c.Type
		switch c.Type {
		case "Execute":
			name = "conductor"
		case "PrepareEvent":
			name = "event preparation"
		case "Plan":
			name = "plan"
		case "Retrain":
			name = "retraining"
		default:
			name += " run"
		}
		all = append(all, capacity.Count(c.Runs, name))
	}
	return strings.Join(all, ", ")
}

// abandoned says what to do about a version that has runs, or gets new ones, and no
// worker; it is empty if all is well.
func abandoned(deployment string, v rollout.Version) string {
	gets := v.State == rollout.Current || v.State == rollout.Ramping
	switch {
	case v.Polled:
		return ""
	case v.Total() > 0 && v.Build == rollout.Unversioned:
		return fmt.Sprintf("workers without a version have %s, which wait, and none runs: start workers without TEMPORAL_WORKER_BUILD_ID", runsOf(v))
	case v.Total() > 0:
		return fmt.Sprintf("build %s has no worker and %s, which wait: start its workers again, or let another build go on if they are gone for good: `headroom workers move --from %s%s`",
			v.Build, runsOf(v), v.Build, deploymentArg(deployment))
	case gets && v.Build == rollout.Unversioned:
		return "new runs begin on workers without a version, and none runs: start workers without TEMPORAL_WORKER_BUILD_ID, or promote a build: `headroom workers promote BUILD" + deploymentArg(deployment) + "`"
	case gets:
		return fmt.Sprintf("build %s gets new runs and has no worker: start its workers, or promote another build: `headroom workers promote BUILD%s`", v.Build, deploymentArg(deployment))
	}
	return ""
}

// deploymentArg is how a command names a deployment, if it has not the usual name.
func deploymentArg(name string) string {
	if name == rollout.DefaultDeployment {
		return ""
	}
	return " --deployment " + command.ShellQuote(name)
}
