package orders

import (
	"github.com/spf13/cobra"

	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// Resume is `headroom resume`.
func Resume() *cobra.Command {
	var o executor.Order
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "resume SERVICE | --all",
		Short: "Ends a pause, or with --all every one",
		Args:  oneServiceOr(&all),
		RunE: func(c *cobra.Command, args []string) error {
			return giveOrders(c, args, executor.ResumeOrder, o, 0, asJSON)
		},
	}
	session.ByFlags(c, &o.By, &o.Why)
	allFlag(c, &all, "every service that is paused, whether its plan is being carried out or not")
	command.JSONFlag(c, &asJSON)
	return c
}
