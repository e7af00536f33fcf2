package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/internal/app"
	"headroom/internal/devstack"
	"headroom/policy"
	"headroom/workflows"
)

// demoSpeed is how many times as fast as the wall the demonstration's plan is
// carried out: an hour of the plan in a second.
const demoSpeed = 3600

func demoCommand() *cobra.Command {
	var serve bool
	var reportPath string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Starts everything, retrains, plans, and carries the plan out at an hour a second",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return demo(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), reportPath, serve)
		},
	}
	c.Flags().BoolVar(&serve, "serve", false, "keep the Temporal UI up until ctrl-C")
	c.Flags().StringVar(&reportPath, "report", "headroom-demo.html", "where to write the report")
	return c
}

func demo(ctx context.Context, stdout, stderr io.Writer, reportPath string, serve bool) (err error) {
	p, _, err := policy.Parse("the demonstration's policy", bytes.NewReader(headroom.Policy))
	if err != nil {
		return err
	}
	stack, err := devstack.Start(ctx, devstack.Settings{Binary: os.Getenv("HEADROOM_DEVSERVER"), Log: stderr})
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := stack.Stop(); err == nil {
			err = stopErr
		}
	}()
	fmt.Fprintf(stdout, "Temporal     %s  (Web UI %s)\nS3           %s\n", stack.TemporalAddress, stack.UI, stack.S3Endpoint)

	settings := app.Settings{
		Temporal: client.Options{HostPort: stack.TemporalAddress},
		S3:       aws.Settings{Endpoint: stack.S3Endpoint, Region: "us-east-1", AccessKey: stack.AccessKey, SecretKey: stack.SecretKey},
		Bucket:   "headroom",
		Fleet:    filepath.Join(stack.Data, "fleet"),
	}
	temporal, err := app.Dial(ctx, settings, slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer temporal.Close()
	stop, err := app.StartWorkers(ctx, settings, temporal)
	if err != nil {
		return err
	}
	defer stop()
	s3, err := aws.Open(ctx, settings.S3)
	if err != nil {
		return err
	}
	objects, end, err := uploadTrace(ctx, s3, "load-history", p.Demand.Step)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Load         %d daily objects under %s, up to %s\n", objects, p.Demand.Source, end.Format(time.RFC3339))

	ui := func(id string) string { return stack.UI + "/namespaces/default/workflows/" + id }
	clock := capacity.Replay(end, demoSpeed)
	var retrained workflows.RetrainResult
	if err := runWorkflow(ctx, temporal, workflows.RetrainID(p.Service), "retrains the models of "+p.Service, workflows.Retrain, workflows.RetrainInput{Policy: p, Clock: clock}, &retrained); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Retrained    %s: %s\n", retrained.Model, retrained.Why)
	var planned workflows.PlanResult
	if err := runWorkflow(ctx, temporal, workflows.PlanID(p.Service), "plans "+p.Service, workflows.Plan, workflows.PlanInput{Policy: p, Clock: clock}, &planned); err != nil {
		return err
	}
	e := planned.Plan.Expect
	fmt.Fprintf(stdout, "Planned      %s: %d changes, at most %d units, %.0f unit-hours for %.0f, %.1f min expected short of capacity\n",
		planned.Plan.Plan.ID, planned.Plan.Changes, e.Peak, e.UnitHours, e.UnitCost, e.ViolationMinutes)
	fmt.Fprintf(stderr, "carrying out %v of the plan at an hour a second …\n", p.Forecast.Horizon)
	var executed workflows.ExecuteState
	if err := temporal.GetWorkflow(ctx, workflows.ExecuteID(p.Service), "").Get(ctx, &executed); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Executed     %d actions done, %d superseded, %d short, %d compensated, %d failed\n",
		executed.Counts[capacity.Done]+executed.Counts[capacity.AlreadySo], executed.Counts[capacity.Superseded],
		executed.Counts[capacity.Short], executed.Counts[capacity.Compensated], executed.Counts[capacity.Failed])
	page, _, err := aws.Store{Client: s3, Bucket: "headroom"}.Get(ctx, capacity.PlanKey(p.Service, planned.Plan.Plan.ID, "report.html"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(reportPath, page, 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	path, err := filepath.Abs(reportPath)
	if err != nil {
		return fmt.Errorf("find the report: %w", err)
	}
	fmt.Fprintf(stdout, "Report       file://%s\n", path)
	if !serve {
		fmt.Fprintln(stdout, "The servers stop now; headroom demo --serve keeps the Temporal UI up.")
		return nil
	}
	fmt.Fprintf(stdout, "Runs         %s\n             %s\n             %s\n             ctrl-C stops the servers\n",
		ui("retrain%2F"+p.Service), ui("plan%2F"+p.Service), ui("execute%2F"+p.Service))
	<-ctx.Done()
	return nil
}

// runWorkflow starts a workflow under its business key, or joins the one that
// runs, and waits for its result.
func runWorkflow(ctx context.Context, temporal client.Client, id, summary string, workflow, in, out any) error {
	run, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.Queue, StaticSummary: summary,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, workflow, in)
	if err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	if err := run.Get(ctx, out); err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	return nil
}
