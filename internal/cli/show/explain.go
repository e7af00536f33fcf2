package show

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/session"
)

// Explain is `headroom explain`.
func Explain() *cobra.Command {
	var id, at string
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain SERVICE | explain --plan FILE",
		Short: "Says why the plan runs what it runs, step by step",
		Example: `  headroom explain chat
  headroom explain chat --at 2026-03-08T12:00:00Z
  headroom plan --offline -f chat.yaml --history load.csv --json >plan.json
  headroom explain --plan plan.json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && isFile(id) {
				return nil
			}
			return command.OneService(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			plans, err := plansToExplain(c.Context(), c.ErrOrStderr(), args, id)
			if err == nil && at != "" {
				plans, err = momentOfAll(plans, at)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), plans)
			}
			for i, p := range plans {
				if i > 0 {
					fmt.Fprintln(c.OutOrStdout())
				}
				if err := printSteps(c.OutOrStdout(), p); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&id, "plan", "", "the plan's ID, or the file into which plan --json was written (default: the plan that is carried out and the one that waits)")
	c.Flags().StringVar(&at, "at", "", "only the step that holds this time (RFC 3339)")
	command.JSONFlag(c, &asJSON)
	return c
}

// An explained is a plan of which every step is shown with its reason.
type explained struct {
	Plan  string
	Is    string `json:",omitempty"` // what the plan is to its service
	Pools []capacity.PoolPlan

	plan capacity.Plan
	zone *time.Location
}

func explain(p capacity.Plan, timezone, is string) explained {
	return explained{p.ID, is, p.Pools, p, command.ZoneOf(timezone)}
}

// plansToExplain are the plans that are asked about: of a file, or those of a service
// that count.
func plansToExplain(ctx context.Context, stderr io.Writer, args []string, id string) ([]explained, error) {
	if isFile(id) {
		p, timezone, err := readPlan(id)
		if err == nil && len(args) > 0 && args[0] != p.Service {
			err = fmt.Errorf("%s is a plan of %q, not of %q: %w", id, p.Service, args[0], command.ErrUsage)
		}
		return []explained{explain(p, timezone, "")}, err
	}
	shown, store, err := inforce.PlansToShow(ctx, stderr, args[0], id)
	if err != nil {
		return nil, err
	}
	var all []explained
	for _, one := range shown {
		if err := asRecorded(ctx, store, stderr, args[0], one.ID); err != nil {
			return nil, err
		}
		stored, err := session.StoredPlan(ctx, store, args[0], one.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, explain(stored.Plan, stored.Policy.Demand.Timezone, one.Is))
	}
	return all, nil
}

// momentOfAll are the plans with only the step that holds a time; those that do not
// reach it are left out, unless none does.
func momentOfAll(plans []explained, at string) (left []explained, err error) {
	for _, p := range plans {
		moment, failed := momentOf(p.plan, at)
		if failed != nil {
			err = failed
			continue
		}
		left = append(left, explained{p.Plan, p.Is, moment.Pools, moment, p.zone})
	}
	if len(left) > 0 {
		err = nil
	}
	return left, err
}

// momentOf is the plan with only the step that holds a time.
func momentOf(p capacity.Plan, at string) (capacity.Plan, error) {
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return p, fmt.Errorf("--at %q: write a time such as %s: %w", at, p.Start.Format(time.RFC3339), command.ErrUsage)
	}
	if moment.Before(p.Start) || !moment.Before(p.End()) {
		return p, fmt.Errorf("--at %s: plan %s goes from %s to %s: %w", at, p.ID, p.Start.Format(time.RFC3339), p.End().Format(time.RFC3339), command.ErrUsage)
	}
	t := int(moment.Sub(p.Start) / p.Step)
	p.Pools = slices.Clone(p.Pools)
	for i := range p.Pools {
		p.Pools[i].Steps = p.Pools[i].Steps[t : t+1]
	}
	return p, nil
}

// printSteps writes every step with its reason.
func printSteps(w io.Writer, e explained) error {
	p, zone, is := e.plan, e.zone, ""
	if e.Is != "" {
		is = " (" + e.Is + ")"
	}
	fmt.Fprintf(w, "%s: plan %s%s, made for %s, at %s by model %s\n", command.Escaped(p.Service), command.Escaped(p.ID), is, p.Made.In(zone).Format(time.RFC3339), capacity.Percentile(p.Quantile), command.Escaped(p.Model))
	for _, pool := range p.Pools {
		fmt.Fprintf(w, "\n%s (%s)\n", command.Escaped(pool.Pool), command.Escaped(string(pool.Target)))
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  step\tunits\tneed\treason\twhy")
		for _, s := range pool.Steps {
			fmt.Fprintf(table, "  %s\t%d\t%s\t%s\t%s\n", s.Start.In(zone).Format("Mon 2 Jan 15:04"), s.Units, needed(s.Need), command.Escaped(string(s.Why.Reason)), command.Escaped(command.InZone(s.Why.Text, zone)))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	for _, note := range p.Notes {
		fmt.Fprintf(w, "note: %s\n", command.Escaped(command.InZone(note, zone)))
	}
	return nil
}
