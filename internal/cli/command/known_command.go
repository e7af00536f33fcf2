package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// KnownCommand refuses a name that is no command, with those that are near.
func KnownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("there is no command %q, did you mean %s? %w", args[0], strings.Join(near, " or "), ErrUsage)
	}
	return fmt.Errorf("there is no command %q: %w", args[0], ErrUsage)
}
