package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
)

func explainCommand() *cobra.Command {
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
			return oneService(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			p, timezone, err := planToExplain(c.Context(), args, id)
			if err != nil {
				return err
			}
			if at != "" {
				if p, err = momentOf(p, at); err != nil {
					return err
				}
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), p.Pools)
			}
			return printSteps(c.OutOrStdout(), p, zoneOf(timezone))
		},
	}
	c.Flags().StringVar(&id, "plan", "", "the plan's ID, or the file into which plan --json was written (default: the plan made last)")
	c.Flags().StringVar(&at, "at", "", "only the step that holds this time (RFC 3339)")
	jsonFlag(c, &asJSON)
	return c
}

// planToExplain is the plan that is asked about, and its time zone: from a
// file, or of a service from the store.
func planToExplain(ctx context.Context, args []string, id string) (capacity.Plan, string, error) {
	if isFile(id) {
		p, timezone, err := readPlan(id)
		if err == nil && len(args) > 0 && args[0] != p.Service {
			err = fmt.Errorf("%s is a plan of %q, not of %q: %w", id, p.Service, args[0], errUsage)
		}
		return p, timezone, err
	}
	store, err := openStore(ctx)
	if err != nil {
		return capacity.Plan{}, "", err
	}
	stored, err := storedPlan(ctx, store, args[0], id)
	return stored.Plan, stored.Policy.Demand.Timezone, err
}

// momentOf is the plan with only the step that holds a time.
func momentOf(p capacity.Plan, at string) (capacity.Plan, error) {
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return p, fmt.Errorf("--at %q: write a time such as %s: %w", at, p.Start.Format(time.RFC3339), errUsage)
	}
	if moment.Before(p.Start) || !moment.Before(p.End()) {
		return p, fmt.Errorf("--at %s: plan %s goes from %s to %s: %w", at, p.ID, p.Start.Format(time.RFC3339), p.End().Format(time.RFC3339), errUsage)
	}
	t := int(moment.Sub(p.Start) / p.Step)
	for i := range p.Pools {
		p.Pools[i].Steps = p.Pools[i].Steps[t : t+1]
	}
	return p, nil
}

// printSteps writes every step with its reason.
func printSteps(w io.Writer, p capacity.Plan, zone *time.Location) error {
	fmt.Fprintf(w, "%s: plan %s, made for %s, at %s by model %s\n", p.Service, p.ID, p.Made.In(zone).Format(time.RFC3339), capacity.Percentile(p.Quantile), p.Model)
	for _, pool := range p.Pools {
		fmt.Fprintf(w, "\n%s (%s)\n", pool.Pool, pool.Target)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  step\tunits\tneed\treason\twhy")
		for _, s := range pool.Steps {
			fmt.Fprintf(table, "  %s\t%d\t%.1f\t%s\t%s\n", s.Start.In(zone).Format("Mon 2 Jan 15:04"), s.Units, s.Need, s.Why.Reason, s.Why.Text)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	for _, note := range p.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	return nil
}
