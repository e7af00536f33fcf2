package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"headroom/policy"
)

func checkCommand() *cobra.Command {
	var full bool
	c := &cobra.Command{
		Use:   "check POLICY…",
		Short: "Validates policy files and prints every default that is filled in",
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				return fmt.Errorf("name at least one policy file: %w", errUsage)
			}
			var faults []error
			for _, path := range paths {
				if err := check(c, path, full); err != nil {
					faults = append(faults, err)
				}
			}
			return errors.Join(faults...)
		},
	}
	c.Flags().BoolVarP(&full, "verbose", "v", false, "print the whole policy, defaults written out")
	return c
}

func check(c *cobra.Command, path string, full bool) error {
	p, defaults, err := readPolicy(path)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if full {
		fmt.Fprint(out, policy.Format(p))
		return nil
	}
	fmt.Fprintf(out, "%s: service %q is fine\n", path, p.Service)
	for _, d := range defaults {
		fmt.Fprintf(out, "  %s: %s  (%s)\n", d.Key, d.Value, d.Why)
	}
	return nil
}
