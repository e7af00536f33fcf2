// Package fleet is the commands that retrain and plan all services of a folder.
package fleet

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/fleetrun"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// mostChunk is the most services that are handed to a worker at a time.
const mostChunk = 100_000

// Command is `headroom fleet` with the commands below it.
func Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "fleet",
		Short: "Retrains or plans thousands of services at once",
		Args:  command.KnownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		fleetKindCommand(fleet.Retrain, "Retrains the models of every service that has a policy in DIR"),
		fleetKindCommand(fleet.Plan, "Plans every service that has a policy in DIR"),
	)
	return c
}

// fleetWish is what the flags of a fleet's run say.
type fleetWish struct {
	kind    fleet.Kind
	chunk   int
	quotas  []string
	budgets []string
	detach  bool
	asJSON  bool
	replay  session.Replay
}

func fleetKindCommand(kind fleet.Kind, short string) *cobra.Command {
	w := fleetWish{kind: kind}
	c := &cobra.Command{
		Use:   string(kind) + " DIR",
		Short: short,
		Long: short + `.

The services are worked on in chunks, by all workers at once. A worker that is
lost costs what it was doing: another goes on in the middle of its chunk. What
goes wrong with one service never stops the others; all failures are named, and
the exit code is 1 if there are any. Each plan goes where the policy of its
service says: to nobody, up for approval, or to the conductor.

Services that name the same demand.source have its objects read once for up to
500 of them, whichever columns they want.`,
		Example: "  headroom fleet " + string(kind) + " policies",
		Args:    policyfile.OneFolder,
		RunE:    func(c *cobra.Command, args []string) error { return w.run(c, args[0]) },
	}
	c.Flags().IntVar(&w.chunk, "chunk", 50, "how many services are handed to a worker at a time")
	if kind == fleet.Plan {
		c.Flags().StringArrayVar(&w.quotas, "quota", nil, "the units of a quota that pools share by naming it: g5-us-east-1=400 (repeat for each)")
		c.Flags().StringArrayVar(&w.budgets, "budget", nil, "a budget that services share by naming it: ml-team='2000 per day' (repeat for each)")
	}
	c.Flags().BoolVar(&w.detach, "detach", false, "start it, and do not wait for its end")
	w.replay.Flags(c)
	command.JSONFlag(c, &w.asJSON)
	return c
}

func (w *fleetWish) run(c *cobra.Command, folder string) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	if err := command.Within("chunk", w.chunk, 1, mostChunk); err != nil {
		return err
	}
	clock, err := w.replay.Clock()
	if err != nil {
		return err
	}
	policies, err := policyfile.ReadPolicies(folder)
	if err != nil {
		return err
	}
	quotas, err := fleetrun.FleetQuotas(w.kind, w.quotas, policies)
	if err != nil {
		return err
	}
	budgets, err := fleetrun.FleetBudgets(w.kind, w.budgets, policies)
	if err != nil {
		return err
	}
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	applied, err := putpolicy.All(ctx, s, stderr, policies, "", fmt.Sprintf("applied by headroom fleet %s", w.kind))
	if err != nil {
		return err
	}
	list, err := fleetrun.PutFleet(ctx, s.Store, fleetrun.Members(policies, applied))
	if err != nil {
		return err
	}
	caller, err := s.Caller(workflows.FleetID(w.kind), "Fleet")
	if err != nil {
		return err
	}
	in := workflows.FleetState{Caller: caller, Kind: w.kind, List: list, Clock: clock, Chunk: w.chunk, Quotas: quotas, Budgets: budgets}
	summary := fmt.Sprintf("%ss %s", w.kind, capacity.Count(len(policies), "service"))
	run, err := s.Start(ctx, stderr, workflows.FleetID(w.kind), summary, workflows.Fleet, in)
	if err != nil {
		return err
	}
	if w.detach {
		fmt.Fprintf(c.OutOrStdout(), "%s runs, for %s\n", run.GetID(), capacity.Count(len(policies), "service"))
		return nil
	}
	var result fleet.SummariseResult
	bar := command.NewProgress(stderr, nil)
	err = s.Wait(ctx, stderr, run, &result, func() bool { fleetrun.TellFleet(ctx, s, run.GetID(), bar); return false })
	bar.Clear()
	if err != nil {
		return err
	}
	if w.asJSON {
		err = command.PrintJSON(c.OutOrStdout(), result)
	} else {
		err = printFleet(c.OutOrStdout(), result)
	}
	if err == nil && result.Failed > 0 {
		err = fmt.Errorf("%d of %s failed: each is named in %s", result.Failed, capacity.Count(result.Services, "service"), result.Summary.Key)
	}
	return err
}

func printFleet(w io.Writer, r fleet.SummariseResult) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "services\t%d\n", r.Services)
	var verdicts []string
	for verdict := range r.Verdicts {
		verdicts = append(verdicts, verdict)
	}
	slices.Sort(verdicts)
	for _, verdict := range verdicts {
		fmt.Fprintf(table, "  %s\t%d\n", verdict, r.Verdicts[verdict])
	}
	for _, s := range r.Shared.Sentences() {
		fmt.Fprintf(table, "shared\t%s\n", s)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(table, "failed %s\t%s\n", f.Service, f.Why)
	}
	fmt.Fprintf(table, "summary\t%s\n", r.Summary.Key)
	return table.Flush()
}
