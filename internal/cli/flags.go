package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func policyFlag(c *cobra.Command, path *string) {
	c.Flags().StringVarP(path, "policy", "f", "", "the policy file (default SERVICE.yaml, or policies/SERVICE.yaml)")
}

func jsonFlag(c *cobra.Command, asJSON *bool) {
	c.Flags().BoolVar(asJSON, "json", false, "print JSON, for machines")
}

// oneService wants exactly one argument.
func oneService(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one service, got %q: %w", args, errUsage)
	}
	return nil
}

// noArgs wants none.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("no arguments are wanted, got %q: %w", args, errUsage)
	}
	return nil
}
