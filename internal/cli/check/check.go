// Package check is the command that checks policy files.
package check

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
about one service, and every base in a folder tiers.`,
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
	Base     string          `json:",omitempty"` // its name, if the file is a base
	Policy   json.RawMessage `json:",omitempty"` // as the file would say it, defaults written out
	Defaults []policy.Default
	read     capacity.Policy
}

// checkEach checks a file, or all in a folder.
func checkEach(path string, targets policyfile.TargetBook) (fine []checked, err error) {
	paths, bases, seen := []string{path}, []string(nil), policyfile.Services{}
	if at, err := os.Stat(path); err == nil && at.IsDir() {
		if paths, err = policyfile.PolicyFiles(path); err != nil {
			return nil, err
		}
		if bases, err = policyfile.BaseFiles(path); err != nil {
			return nil, err
		}
	} else if policyfile.IsBase(path) {
		paths, bases = nil, paths
	}
	var faults []error
	for _, path := range bases {
		x, err := checkBase(path)
		if err == nil {
			fine = append(fine, x)
		}
		faults = append(faults, err)
	}
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
	return fine, once(faults)
}

// once joins errors, and of lines that several of them have, such as those of a base that
// several policies extend, keeps the first.
func once(faults []error) error {
	said := map[string]bool{}
	var all []error
	for _, err := range faults {
		list := []error{err}
		if several, ok := err.(interface{ Unwrap() []error }); ok {
			list = several.Unwrap()
		}
		for _, err := range list {
			if err != nil && !said[err.Error()] {
				said[err.Error()], all = true, append(all, err)
			}
		}
	}
	return errors.Join(all...)
}

// checkBase checks a base as a policy that adds no more than it must.
func checkBase(path string) (checked, error) {
	beside := filepath.Dir(filepath.Dir(path))
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return checked{File: path, Base: name}, policy.CheckBase(os.DirFS(beside), filepath.Join(beside, policy.Prices), name)
}

func check(path string) (checked, error) {
	p, defaults, err := policyfile.ReadPolicy(path)
	if err != nil {
		return checked{}, err
	}
	text, err := policy.FormatJSON(p)
	return checked{File: path, Policy: text, Defaults: defaults, read: p}, err
}

// on says which base a policy was merged with.
func on(b capacity.Base) string {
	if b.Name == "" {
		return ""
	}
	return fmt.Sprintf(", on the base %s (%.12s)", b.Name, b.Hash)
}

func printChecked(w io.Writer, fine []checked, full, asJSON bool) error {
	if asJSON {
		return command.PrintJSON(w, fine)
	}
	for _, x := range fine {
		if x.Base != "" {
			fmt.Fprintf(w, "%s: base %q is fine\n", x.File, x.Base)
			continue
		}
		if full {
			fmt.Fprint(w, policy.Format(x.read))
			continue
		}
		fmt.Fprintf(w, "%s: service %q is fine%s\n", x.File, x.read.Service, on(x.read.Base))
		for _, d := range x.Defaults {
			fmt.Fprintf(w, "  %s: %s  (%s)\n", d.Key, d.Value, d.Why)
		}
	}
	return nil
}
