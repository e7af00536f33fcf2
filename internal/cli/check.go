package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/policy"
)

func checkCommand() *cobra.Command {
	var full, asJSON bool
	c := &cobra.Command{
		Use:   "check POLICY…",
		Short: "Validates policy files and prints every default that is filled in",
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				return fmt.Errorf("name at least one policy file: %w", errUsage)
			}
			var faults []error
			var fine []checked
			targets := targetBook{}
			for _, path := range paths {
				x, err := check(path)
				if err == nil {
					err = targets.add(path, x.read)
				}
				if err == nil {
					fine = append(fine, x)
				}
				faults = append(faults, err)
			}
			faults = append(faults, printChecked(c.OutOrStdout(), fine, full, asJSON))
			return errors.Join(faults...)
		},
	}
	c.Flags().BoolVarP(&full, "verbose", "v", false, "print the whole policy, defaults written out")
	jsonFlag(c, &asJSON)
	return c
}

// A checked is a policy file without a mistake, for machines.
type checked struct {
	File     string
	Policy   json.RawMessage // as the file would say it, defaults written out
	Defaults []policy.Default
	read     capacity.Policy
}

func check(path string) (checked, error) {
	p, defaults, err := readPolicy(path)
	if err != nil {
		return checked{}, err
	}
	text, err := policy.FormatJSON(p)
	return checked{path, text, defaults, p}, err
}

func printChecked(w io.Writer, fine []checked, full, asJSON bool) error {
	if asJSON {
		return printJSON(w, fine)
	}
	for _, x := range fine {
		if full {
			fmt.Fprint(w, policy.Format(x.read))
			continue
		}
		fmt.Fprintf(w, "%s: service %q is fine\n", x.File, x.read.Service)
		for _, d := range x.Defaults {
			fmt.Fprintf(w, "  %s: %s  (%s)\n", d.Key, d.Value, d.Why)
		}
	}
	return nil
}
