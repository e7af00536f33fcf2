// Package check is the command that checks policy files.
package check

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/policy"
)

// Command is `headroom check`.
func Command() *cobra.Command {
	var full, asJSON bool
	c := &cobra.Command{
		Use:   "check POLICY…",
		Short: "Validates policy files and prints every default that is filled in",
		Long: `Validates policy files and prints every default that is filled in. Of a folder it
is every policy file (*.yaml, *.yml) in and below it, no two of which may be
about one service.`,
		Example: `  headroom check chat.yaml
  headroom check policies`,
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				return fmt.Errorf("name at least one policy file, or a folder of them: %w", command.ErrUsage)
			}
			var faults []error
			var fine []checked
			targets := policyfile.TargetBook{}
			for _, path := range paths {
				these, err := checkEach(path, targets)
				fine, faults = append(fine, these...), append(faults, err)
			}
			faults = append(faults, printChecked(c.OutOrStdout(), fine, full, asJSON))
			return errors.Join(faults...)
		},
	}
	c.Flags().BoolVarP(&full, "verbose", "v", false, "print the whole policy, defaults written out")
	command.JSONFlag(c, &asJSON)
	return c
}

// A checked is a policy file without a mistake, for machines.
type checked struct {
	File     string
	Policy   json.RawMessage // as the file would say it, defaults written out
	Defaults []policy.Default
	read     capacity.Policy
}

// checkEach checks a file, or all in a folder.
func checkEach(path string, targets policyfile.TargetBook) (fine []checked, err error) {
	paths, seen := []string{path}, policyfile.Services{}
	if at, err := os.Stat(path); err == nil && at.IsDir() {
		if paths, err = policyfile.PolicyFiles(path); err != nil {
			return nil, err
		}
	}
	var faults []error
	for _, path := range paths {
		x, err := check(path)
		if err == nil {
			err = cmp.Or(seen.Add(x.read.Service, path), targets.Add(path, x.read))
		}
		if err == nil {
			fine = append(fine, x)
		}
		faults = append(faults, err)
	}
	return fine, errors.Join(faults...)
}

func check(path string) (checked, error) {
	p, defaults, err := policyfile.ReadPolicy(path)
	if err != nil {
		return checked{}, err
	}
	text, err := policy.FormatJSON(p)
	return checked{path, text, defaults, p}, err
}

func printChecked(w io.Writer, fine []checked, full, asJSON bool) error {
	if asJSON {
		return command.PrintJSON(w, fine)
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
