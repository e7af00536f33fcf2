// Package regret is the command that looks back at what capacity came to.
package regret

import (
	"fmt"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// regretWish is what the flags of a look back say.
type regretWish struct {
	paths        []string
	since, until string
	asJSON       bool
	report       string
}

// Command is `headroom regret`.
func Command() *cobra.Command {
	var w regretWish
	c := &cobra.Command{
		Use:   "regret SERVICE… | -f POLICY…|DIR",
		Short: "Reviews a past time: actual costs beside perfect foresight and a plain autoscaler",
		Long: `Reviews a past time, by default the last whole week: compares what was run with
what could have been run on the load that was measured, in money and in minutes in
which a service was under-provisioned, for each service and for all together.

Actual is what was recorded when targets were asked, and seen when plans were made.
Perfect foresight knew the load; its units need the lead time of the policy and keep
its limits, and it serves the objective: the least money where missing unit-hours
have a price, and else the least for the service level. Reactive is the floor of the
policy (control.floor) without a plan, or without one the strategy dynamic. All begin
with the units that there were. Time without a record or without load is excluded,
and reported.

The columns:
  compared   hours that count, of those under review
  actual     money of units, from their request to the end of their draining, and
             of missing unit-hours where the objective prices them
  … min      minutes under-provisioned, of the column before
  regret     actual less perfect foresight: what better decisions could have saved
  saved      reactive less actual

Of a SERVICE the policy in force counts, as for ` + "`headroom plan SERVICE`" + `; a file is put
in force first. Of one service the run is regret/SERVICE, of several fleet/regret: one service's
failure does not stop the others, and the exit code is 1 then. Each comparison is
stored once as regret/SERVICE/WEEK.json. A service of several pools is left out.
Costs in different currencies (objective.currency) are added up without conversion,
and a note says so.`,
		Example: `  headroom regret chat
  headroom regret -f policies --report regret.html
  headroom regret -f chat.yaml --since 2026-03-02T00:00:00Z --until 2026-03-04T00:00:00Z --json`,
		RunE: func(c *cobra.Command, args []string) error {
			w.paths = append(w.paths, args...)
			return w.run(c)
		},
	}
	c.Flags().StringArrayVarP(&w.paths, "policy", "f", nil, "a policy file, or a folder of them (repeatable; arguments are taken likewise)")
	c.Flags().StringVar(&w.since, "since", "", "start of the time under review (RFC 3339; default: a week before --until)")
	c.Flags().StringVar(&w.until, "until", "", "end of the time under review (RFC 3339; default: a week after --since; without both: the last whole week)")
	c.Flags().StringVar(&w.report, "report", "", "write the page with the charts to this file")
	command.JSONFlag(c, &w.asJSON)
	return c
}

func (w *regretWish) run(c *cobra.Command) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	window, err := w.window()
	if err != nil {
		return err
	}
	policies, services, err := w.policies()
	if err != nil {
		return err
	}
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	if policies, err = inForce(ctx, s, stderr, policies, services); err != nil {
		return err
	}
	look := lookBackAtAll
	if len(policies) == 1 {
		look = lookBackAtOne
	}
	told, err := look(ctx, s, stderr, policies, window)
	if err != nil {
		return err
	}
	if w.asJSON {
		err = command.PrintJSON(c.OutOrStdout(), told)
	} else {
		err = told.print(c.OutOrStdout())
	}
	if err == nil && w.report != "" {
		err = told.writePage(w.report, policies)
	}
	if n := len(told.Failures); err == nil && n > 0 {
		err = fmt.Errorf("%d of %d services could not be compared: each is named in %s", n, len(policies), told.Summary)
	}
	return err
}
