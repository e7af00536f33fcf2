package plan

import (
	"fmt"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/show"
)

// planOffline makes a plan from a policy file and a file of history alone.
func planOffline(c *cobra.Command, args []string, f planFlags) error {
	if len(args) > 0 || f.policy == "" || f.history == "" || f.wait {
		return fmt.Errorf("an offline plan is made by: plan --offline -f POLICY --history FILE: %w", command.ErrUsage)
	}
	if err := f.read.Check(); err != nil {
		return err
	}
	sets, err := policyfile.Overrides(f.set)
	if err != nil {
		return err
	}
	p, _, err := policyfile.ReadPolicy(f.policy)
	if err != nil {
		return err
	}
	changed, _, err := policyfile.ReadPolicy(f.policy, sets...)
	if err != nil {
		return err
	}
	f.read.Apply(&p.Demand)
	f.read.Apply(&changed.Demand)
	inputs, err := readOffline(c, p, f)
	if err != nil {
		return err
	}
	made, err := inputs.plan()
	if err != nil {
		return err
	}
	if len(sets) > 0 {
		return whatIf(c, f, changed, inputs, made.Plan)
	}
	if f.asJSON {
		err = command.PrintJSON(c.OutOrStdout(), offlinePlan(p, made.Plan))
	} else {
		err = show.PrintPlan(c.OutOrStdout(), made.Plan, p, made.States)
	}
	if err == nil && f.report != "" { // last: a report that cannot be written must not cost the plan
		err = inputs.report(f.report, made)
	}
	return err
}

// offlinePlan is a plan that is not executed.
func offlinePlan(p capacity.Policy, plan capacity.Plan) planned {
	return planned{Plan: plan, Timezone: p.Demand.Timezone, Verdict: "offline", Why: "made from files: nothing is executed"}
}
