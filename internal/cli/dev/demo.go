package dev

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"headroom"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/app"
	"headroom/internal/cli/command"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/internal/cli/show"
	"headroom/internal/codec"
	"headroom/internal/devstack"
	"headroom/internal/proof"
	"headroom/policy"
	"headroom/workflows"
)

// demoSpeed is how many times as fast as the wall the demonstration's plan is
// carried out: an hour of the plan in a second.
const demoSpeed = 3600

// Demo is `headroom demo`.
func Demo() *cobra.Command {
	var serve bool
	var reportPath string
	c := &cobra.Command{
		Annotations: command.ServesUntilInterrupted,
		Use:         "demo",
		Short:       "Starts everything, retrains, plans, and carries the plan out at an hour a second",
		Args:        command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return demo(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), reportPath, serve)
		},
	}
	c.Flags().BoolVar(&serve, "serve", false, "keep the Temporal UI up until ctrl-C")
	c.Flags().StringVar(&reportPath, "report", "headroom-demo.html", "where to write the report")
	return c
}

func demo(ctx context.Context, stdout, stderr io.Writer, reportPath string, serve bool) (err error) {
	seal, err := newUnsealer()
	if err != nil {
		return err
	}
	defer seal.close()
	stack, err := devstack.Start(ctx, devstack.Settings{Binary: os.Getenv("HEADROOM_DEVSERVER"), Codec: seal.address(), Log: stderr})
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := stack.Stop(); err == nil {
			err = stopErr
		}
	}()
	fmt.Fprintf(stdout, "Temporal     %s  (Web UI %s)\nS3           %s\n", stack.TemporalAddress, stack.UI, stack.S3Endpoint)
	defer seal.serve(ctx, stack.UI)()
	workers, err := proof.ParseKeys(proof.NewKey())
	if err != nil {
		return err
	}
	s, stop, err := startWork(ctx, stack, seal.keys, workers, stderr)
	if err != nil {
		return err
	}
	defer stop()
	if err := demonstrate(ctx, stack, s, stdout, stderr, reportPath); err != nil {
		return err
	}
	if !serve {
		fmt.Fprintln(stdout, "The servers stop now; headroom demo --serve keeps the Temporal UI up.")
		return nil
	}
	const runs = "/namespaces/default/workflows/"
	fmt.Fprintf(stdout, "Runs         %[1]sretrain%%2Fchat\n             %[1]splan%%2Fchat\n             %[1]sexecute%%2Fchat\n             ctrl-C stops the servers\n", stack.UI+runs)
	select {
	case <-ctx.Done():
		return nil
	case <-stack.Done():
		return stack.Err()
	}
}

// demonstrate walks the whole line once and tells what came of each step.
func demonstrate(ctx context.Context, stack *devstack.Stack, s session.Session, stdout, stderr io.Writer, reportPath string) error {
	p, _, err := policy.Parse("the demonstration's policy", bytes.NewReader(headroom.Policy))
	if err != nil {
		return err
	}
	upload, err := app.Uploader(ctx, stackSettings(stack, codec.Keys{}))
	if err != nil {
		return err
	}
	objects, end, err := uploadTrace(ctx, upload, devstack.HistoryBucket, p.Demand.Step)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Load         %d daily objects under %s, up to %s\n", objects, p.Demand.Source, end.Format(time.RFC3339))

	clock := capacity.Replay(end, demoSpeed)
	policy, err := putpolicy.One(ctx, s, stderr, p, "headroom demo", "the demonstration's policy")
	if err != nil {
		return err
	}
	var retrained workflows.RetrainResult
	if err := s.Run(ctx, stderr, workflows.RetrainID(p.Service), "retrains the models of "+p.Service, workflows.Retrain, workflows.RetrainInput{Service: p.Service, PolicyHash: policy.Hash, Clock: clock}, &retrained); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Retrained    %s: %s\n", retrained.Model, retrained.Why)
	var planned workflows.PlanResult
	if err := s.Run(ctx, stderr, workflows.PlanID(p.Service), "plans "+p.Service, workflows.Plan, workflows.PlanInput{Service: p.Service, PolicyHash: policy.Hash, Clock: clock}, &planned); err != nil {
		return err
	}
	e := planned.Plan.Expect
	fmt.Fprintf(stdout, "Planned      %s: %s, at most %s, %.0f unit-hours for %.0f, %.1f min expected short of capacity\n",
		planned.Plan.Plan.ID, capacity.Count(planned.Plan.Changes, "change"), capacity.Count(e.Peak, "unit"), e.UnitHours, e.UnitCost, e.ViolationMinutes)
	fmt.Fprintf(stderr, "carrying out %s of the plan at an hour a second …\n", capacity.Brief(p.Forecast.Horizon))
	executed, err := untilOver(ctx, s, stderr, p.Service)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Executed     %s done, %d superseded, %d short, %d compensated, %d failed\n",
		capacity.Count(executed.Counts[capacity.Done]+executed.Counts[capacity.AlreadySo], "action"), executed.Counts[capacity.Superseded],
		executed.Counts[capacity.Short], executed.Counts[capacity.Compensated], executed.Counts[capacity.Failed])
	path, err := show.FetchReport(ctx, s.Store, p.Service, planned.Plan.Plan.ID, reportPath)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Report       file://%s\n", path)
	return nil
}

// untilOver waits until the plan that is carried out for a service has ended and all
// that it asked for is settled. The conductor goes on, and keeps what the plan needed
// at most.
func untilOver(ctx context.Context, s session.Session, stderr io.Writer, service string) (state executor.State, err error) {
	id := workflows.ExecuteID(service)
	err = s.Wait(ctx, stderr, s.Temporal.GetWorkflow(ctx, id, ""), &state, func() bool {
		value, err := s.Temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery)
		return err == nil && value.Get(&state) == nil && state.Plan.ID != "" && state.Ended != ""
	})
	return state, err
}
