package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"headroom/internal/app"
	"headroom/internal/cli/command"
)

func versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:               "version",
		Short:             "Prints the version of this program, the commit and the Go that built it",
		Args:              command.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), app.Version())
			}
			fmt.Fprintln(c.OutOrStdout(), "headroom", app.Version())
			return nil
		},
	}
	command.JSONFlag(c, &asJSON)
	return c
}
