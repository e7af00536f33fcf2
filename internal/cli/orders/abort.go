package orders

import (
	"github.com/spf13/cobra"

	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// Abort is `headroom abort`.
func Abort() *cobra.Command {
	var o executor.Order
	var asJSON bool
	c := &cobra.Command{
		Use:   "abort SERVICE --why TEXT",
		Short: "Stops carrying out the plan for good; what runs stays",
		Long: `Stops carrying out the service's plan. What is under way is settled, nothing is
restored, and what runs stays. A plan that is handed over later is carried out
again: to keep plans from that, pause instead.`,
		Args: command.OneService,
		RunE: func(c *cobra.Command, args []string) error {
			if err := session.Said(&o.By, o.Why); err != nil {
				return err
			}
			return giveOrder(c, args[0], executor.AbortOrder, o, 0, asJSON)
		},
	}
	session.ByFlags(c, &o.By, &o.Why)
	command.JSONFlag(c, &asJSON)
	return c
}
