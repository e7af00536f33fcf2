package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// regretWish is what the flags of a look back say.
type regretWish struct {
	paths        []string
	since, until string
	asJSON       bool
	report       string
}

func regretCommand() *cobra.Command {
	var w regretWish
	c := &cobra.Command{
		Use:   "regret -f POLICY…|DIR",
		Short: "Looks back: what was done, beside what an oracle and a plain autoscaler would have done",
		Long: `Looks back at a time, by default the last whole week, and compares what was done
with what could have been done on the load that was measured, in money and in
minutes in which capacity was missing: for each service, and for all together.

What was done is as it was recorded when targets were asked, and seen when plans
were made. The oracle knew the load; its units need the lead time of the policy
and keep its limits, and it serves the objective: the least money where missing
unit-hours have a price, and else the least for the service level. The reactive
policy is the floor of the policy (control.floor) without a plan, or where there
is none, the strategy dynamic. All begin with the units that there were. Time of
which no record or no load is known counts for nobody, and is told.

The columns:
  compared  hours that count, of those looked back at
  done      money of units, from their request to the end of their draining, and
            of missing unit-hours where the objective prices them
  min       minutes in which capacity was missing, of the column before
  regret    done less oracle: what better decisions could have saved
  saved     the reactive policy less done

Of one policy file the run is regret/SERVICE, of several fleet/regret: what goes
wrong with one service never stops the others, and the exit code is 1 then. Each
comparison is stored once as regret/SERVICE/WEEK.json. A service of several pools
is left out. Currencies are not told apart when services are added up.`,
		Example: `  headroom regret -f chat.yaml
  headroom regret -f policies --report regret.html
  headroom regret -f chat.yaml --since 2026-03-02T00:00:00Z --until 2026-03-04T00:00:00Z --json`,
		RunE: func(c *cobra.Command, args []string) error {
			w.paths = append(w.paths, args...)
			return w.run(c)
		},
	}
	c.Flags().StringArrayVarP(&w.paths, "policy", "f", nil, "a policy file, or a folder of them (repeatable; arguments are taken likewise)")
	c.Flags().StringVar(&w.since, "since", "", "look back from this time on (RFC 3339; default: a week before --until)")
	c.Flags().StringVar(&w.until, "until", "", "look back until this time (RFC 3339; default: a week after --since; without both: the last whole week)")
	c.Flags().StringVar(&w.report, "report", "", "write the page with the charts to this file")
	jsonFlag(c, &w.asJSON)
	return c
}

func (w *regretWish) run(c *cobra.Command) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	window, err := w.window()
	if err != nil {
		return err
	}
	policies, err := w.policies()
	if err != nil {
		return err
	}
	s, err := openSession(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.temporal.Close()
	look := s.lookBackAtAll
	if len(policies) == 1 {
		look = s.lookBackAtOne
	}
	told, err := look(ctx, stderr, policies, window)
	if err != nil {
		return err
	}
	if w.report != "" {
		if err := told.writePage(w.report, policies); err != nil {
			return err
		}
	}
	if w.asJSON {
		err = printJSON(c.OutOrStdout(), told)
	} else {
		err = told.print(c.OutOrStdout())
	}
	if n := len(told.Failures); err == nil && n > 0 {
		err = fmt.Errorf("%d of %d services could not be compared: each is named in %s", n, len(policies), told.Summary)
	}
	return err
}
