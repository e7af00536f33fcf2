package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

// PolicyFlag adds --policy, which names the file of a policy.
func PolicyFlag(c *cobra.Command, path *string) {
	c.Flags().StringVarP(path, "policy", "f", "", "a policy file to put in force first (default: the policy in force; before there is one, SERVICE.yaml or policies/SERVICE.yaml)")
}

// JSONFlag adds --json.
func JSONFlag(c *cobra.Command, asJSON *bool) {
	c.Flags().BoolVar(asJSON, "json", false, "print JSON, for machines")
}

// OneService wants exactly one argument.
func OneService(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one service, got %q: %w", args, ErrUsage)
	}
	return nil
}

// NoArgs wants none.
func NoArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("no arguments are wanted, got %q: %w", args, ErrUsage)
	}
	return nil
}
