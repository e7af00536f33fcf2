package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/executor"
)

func pauseCommand() *cobra.Command {
	var o executor.Order
	var lasts time.Duration
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "pause SERVICE | --all --why TEXT",
		Short: "Lets a service's targets be as they are until resume",
		Long: `Nothing is requested of the service's targets until resume, or until --for has
passed. What was requested is still verified. Newer plans and overrides are
accepted, and count afterwards; of actions that were due meanwhile the newest is
carried out. A pause belongs to the service: it is stored, and holds for every
later plan, also when no plan is carried out now. With --all it is every service
whose plan is carried out now.`,
		Example: `  headroom pause chat --for 2h --why "a migration of the database"
  headroom pause --all --why "an incident in the region"`,
		Args: oneServiceOr(&all),
		RunE: func(c *cobra.Command, args []string) error {
			if err := said(&o.By, o.Why); err != nil {
				return err
			}
			if lasts < 0 {
				return fmt.Errorf("--for %v: give a duration above 0: %w", lasts, errUsage)
			}
			return giveOrders(c, args, executor.PauseOrder, o, lasts, asJSON)
		},
	}
	byFlags(c, &o.By, &o.Why)
	c.Flags().DurationVar(&lasts, "for", 0, "how long it is paused (default: until resume)")
	allFlag(c, &all)
	jsonFlag(c, &asJSON)
	return c
}

// giveOrder sends an order and says that it counts.
func giveOrder(c *cobra.Command, service, update string, o executor.Order, lasts time.Duration, asJSON bool) error {
	if err := speaker(&o.By); err != nil {
		return err
	}
	s, err := openSession(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer s.temporal.Close()
	if o, err = s.give(c.Context(), service, update, o, lasts); err != nil {
		return err
	}
	if asJSON {
		return printJSON(c.OutOrStdout(), o)
	}
	fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n", update, service, describeOrder(o))
	return nil
}

// give sends an order to a service's conductor. One that lasts ends on the
// conductor's clock.
func (s session) give(ctx context.Context, service, update string, o executor.Order, lasts time.Duration) (executor.Order, error) {
	state, err := s.conductor(ctx, service)
	none := errors.Is(err, capacity.ErrRefused) && (update == executor.PauseOrder || update == executor.ResumeOrder)
	if err != nil && !none {
		return o, err
	}
	o.Name, o.At = update, conductorNow(state).UTC()
	if lasts > 0 {
		o.Until = o.At.Add(lasts).Truncate(time.Second)
	}
	if none {
		return o, s.orderFirst(ctx, service, update, o)
	}
	return o, s.order(ctx, service, update, o)
}

// describeOrder is an order in a line.
func describeOrder(o executor.Order) string {
	text := "by " + escaped(o.By)
	if o.Override != "" {
		text = escaped(o.Override) + ", " + text
	}
	if !o.Until.IsZero() {
		text += ", until " + o.Until.Format(time.RFC3339)
	}
	if o.Why != "" {
		text += ": " + escaped(o.Why)
	}
	return text
}
