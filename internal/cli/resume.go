package cli

import (
	"github.com/spf13/cobra"

	"headroom/workflows"
)

func resumeCommand() *cobra.Command {
	var o workflows.Order
	var asJSON bool
	c := &cobra.Command{
		Use:   "resume SERVICE",
		Short: "Ends a pause",
		Args:  oneService,
		RunE: func(c *cobra.Command, args []string) error {
			return giveOrder(c, args[0], workflows.ResumeUpdate, o, 0, asJSON)
		},
	}
	byFlags(c, &o.By, &o.Why)
	jsonFlag(c, &asJSON)
	return c
}
