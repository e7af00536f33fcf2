package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/workflows"
)

func pauseCommand() *cobra.Command {
	var o workflows.Order
	var lasts time.Duration
	var asJSON bool
	c := &cobra.Command{
		Use:   "pause SERVICE --why TEXT",
		Short: "Lets a service's targets be as they are until resume",
		Long: `Nothing is asked of the service's targets until resume, or until --for has passed.
What was asked for is still verified. Newer plans and overrides are taken, and
count afterwards; of actions that were due meanwhile the newest is carried out.`,
		Args: oneService,
		RunE: func(c *cobra.Command, args []string) error {
			if err := said(&o.By, o.Why); err != nil {
				return err
			}
			if lasts < 0 {
				return fmt.Errorf("--for %v: give a duration above 0: %w", lasts, errUsage)
			}
			return giveOrder(c, args[0], workflows.PauseUpdate, o, lasts, asJSON)
		},
	}
	byFlags(c, &o.By, &o.Why)
	c.Flags().DurationVar(&lasts, "for", 0, "how long it is paused (default: until resume)")
	jsonFlag(c, &asJSON)
	return c
}

// giveOrder sends an order and says that it counts. One that lasts ends on the
// conductor's clock.
func giveOrder(c *cobra.Command, service, update string, o workflows.Order, lasts time.Duration, asJSON bool) error {
	if err := speaker(&o.By); err != nil {
		return err
	}
	s, err := openSession(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer s.temporal.Close()
	state, err := s.conductor(c.Context(), service)
	if err != nil {
		return err
	}
	o.Name, o.At = update, conductorNow(state).UTC()
	if lasts > 0 {
		o.Until = o.At.Add(lasts).Truncate(time.Second)
	}
	if err := s.order(c.Context(), service, update, o); err != nil {
		return err
	}
	if asJSON {
		return printJSON(c.OutOrStdout(), o)
	}
	fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n", update, service, describeOrder(o))
	return nil
}

// describeOrder is an order in a line.
func describeOrder(o workflows.Order) string {
	text := "by " + o.By
	if o.Override != "" {
		text = o.Override + ", " + text
	}
	if !o.Until.IsZero() {
		text += ", until " + o.Until.Format(time.RFC3339)
	}
	if o.Why != "" {
		text += ": " + o.Why
	}
	return text
}
