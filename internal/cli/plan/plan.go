// Package plan is the commands that retrain and plan, through Temporal or from files alone.
package plan

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"headroom/capacity"
	"headroom/history"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/internal/cli/show"
	"headroom/pipeline"
	"headroom/workflows"
)

// planFlags are what a user may say about a plan.
type planFlags struct {
	files   history.Source // that reads the history of an offline plan
	policy  string
	asJSON  bool
	wait    bool
	offline bool
	history string
	report  string
	units   string
	set     []string
	read    policyfile.ReadFlags
	replay  session.Replay
}

// Command plans; files reads the history of an offline plan.
func Command(files history.Source) *cobra.Command {
	f := planFlags{files: files}
	c := &cobra.Command{
		Use:   "plan SERVICE | plan --offline -f POLICY --history FILE",
		Short: "Plans a service's capacity: durably, or from two files alone",
		Long: `Plans a service's capacity.

With a SERVICE, the plan is made by a workflow from the service's history and
champion model, stored, and proposed, put up for approval or handed to the
service's conductor, as the policy says.

With --offline, the plan is made here, from a policy file and a file or folder
of load history, and is not executed. Without --as-of it starts where the
history ends. With --set the plan is made twice, as the policy is written and
with what is changed in it, and the two stand side by side; --report is then of
the second. An empty value (--set objective.budget=) takes a key out.`,
		Example: `  headroom plan chat
  headroom plan --offline -f chat.yaml --history load.csv --report plan.html
  headroom plan --offline -f chat.yaml --history load.csv --set objective.missing=80 --set capacity.pools[0].max=50`,
		RunE: func(c *cobra.Command, args []string) error {
			if f.offline {
				return planOffline(c, args, f)
			}
			if err := command.OneService(c, args); err != nil {
				return err
			}
			return planDurably(c, args[0], f)
		},
	}
	command.PolicyFlag(c, &f.policy)
	command.JSONFlag(c, &f.asJSON)
	f.replay.Flags(c)
	c.Flags().BoolVar(&f.wait, "wait", false, "if the plan needs approval, wait for it")
	c.Flags().BoolVar(&f.offline, "offline", false, "plan from files alone, without Temporal")
	c.Flags().StringVar(&f.history, "history", "", "offline: a file or folder of load history, in place of the policy's source")
	c.Flags().StringVar(&f.report, "report", "", "offline: write the report page to this file")
	policyfile.SetFlag(c, &f.set)
	f.read.Add(c, "offline: ")
	c.Flags().StringVar(&f.units, "units", "", "offline: how many units run now, of each pool: 3,2,0 or g5=3,spot=2 (default: what the last hour asked for)")
	return c
}

func planDurably(c *cobra.Command, service string, f planFlags) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	for _, name := range slices.Concat([]string{"history", "report", "units", "set"}, f.read.Names()) {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s goes with --offline: %w", name, command.ErrUsage)
		}
	}
	clock, err := f.replay.Clock()
	if err != nil {
		return err
	}
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	_, hash, err := putpolicy.InForce(ctx, s, stderr, service, f.policy, workflows.PlanID(service), "", "applied by headroom plan")
	if err != nil {
		return err
	}
	caller, err := s.Caller(workflows.PlanID(service), "Plan")
	if err != nil {
		return err
	}
	run, err := s.Start(ctx, stderr, workflows.PlanID(service), "plans "+service, workflows.Plan, workflows.PlanInput{Caller: caller, Service: service, PolicyHash: hash, Clock: clock})
	if err != nil {
		return err
	}
	var result workflows.PlanResult
	waits := func() bool { return !f.wait && waiting(ctx, s, run, &result) }
	if err := s.Wait(ctx, stderr, run, &result, waits); err != nil {
		return err
	}
	plan, err := session.StoredPlan(ctx, s.Store, service, result.Plan.Plan.ID)
	if err != nil {
		return err
	}
	if err := printPlanned(c.OutOrStdout(), plan, result, f.asJSON); err != nil {
		return err
	}
	if result.Verdict == workflows.Rejected || result.Verdict == workflows.Expired {
		return capacity.Refusal(fmt.Sprintf("plan %s is %s: %s", plan.Plan.ID, result.Verdict, result.Why))
	}
	return nil
}

// waiting reports whether the run's plan waits for a person, and reads it.
func waiting(ctx context.Context, s session.Session, run client.WorkflowRun, result *workflows.PlanResult) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var now workflows.PlanResult
	value, err := s.Temporal.QueryWorkflow(ctx, run.GetID(), run.GetRunID(), workflows.StatusQuery)
	if err != nil || value.Get(&now) != nil || now.Verdict != workflows.Waiting {
		return false // asked again soon, and the run itself tells what is wrong
	}
	*result = now
	return true
}

// planned is a plan and what becomes of it, for machines.
type planned struct {
	Plan     capacity.Plan
	Timezone string // of the wall clock that the plan's reader lives by
	Verdict  workflows.PlanVerdict
	By       string
	Why      string
}

func printPlanned(w io.Writer, stored pipeline.StoredPlan, result workflows.PlanResult, asJSON bool) error {
	if asJSON {
		return command.PrintJSON(w, planned{stored.Plan, stored.Policy.Demand.Timezone, result.Verdict, result.By, result.Why})
	}
	if err := show.PrintPlan(w, stored.Plan, stored.Policy, stored.States); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s", result.Verdict)
	if result.By != "" {
		fmt.Fprintf(w, " by %s", command.Escaped(result.By))
	}
	if result.Why != "" {
		fmt.Fprintf(w, ": %s", command.Escaped(result.Why))
	}
	fmt.Fprintln(w)
	if result.Verdict == workflows.Waiting {
		fmt.Fprintf(w, "  headroom approve %s %s\n  headroom reject %s %s --why \"…\"\n", stored.Plan.Service, stored.Plan.ID, stored.Plan.Service, stored.Plan.ID)
	}
	return nil
}
