package policyfile

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
	"headroom/policy"
)

// SetFlag adds --set, which may be repeated.
func SetFlag(c *cobra.Command, sets *[]string) {
	c.Flags().StringArrayVar(sets, "set", nil, "offline: what if? a key of the policy and another value for it, such as objective.missing=80 (repeatable)")
}

// Overrides are what --set says.
func Overrides(sets []string) ([]policy.Override, error) {
	var all []policy.Override
	for _, set := range sets {
		o, err := policy.ParseOverride(set)
		if err != nil {
			return nil, fmt.Errorf("--set %w: %w", err, command.ErrUsage)
		}
		all = append(all, o)
	}
	return all, nil
}

// Spell writes overrides as the user did, so that a shell reads them again.
func Spell(sets []string) string {
	var all []string
	for _, set := range sets {
		if strings.Contains(set, " ") {
			set = "'" + set + "'"
		}
		all = append(all, "--set "+set)
	}
	return strings.Join(all, " ")
}
