package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"headroom/internal/app"
)

func versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:               "version",
		Short:             "Prints the version of this program, the commit and the Go that built it",
		Args:              noArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(c.OutOrStdout(), app.Version())
			}
			fmt.Fprintln(c.OutOrStdout(), "headroom", app.Version())
			return nil
		},
	}
	jsonFlag(c, &asJSON)
	return c
}
