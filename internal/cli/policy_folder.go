package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"headroom/capacity"
)

// readPolicies reads all policy files in and below a folder, in the order of
// their services. All must be right, and none may be about a service that
// another is about already: a folder says all or nothing.
func readPolicies(folder string) ([]capacity.Policy, error) {
	var policies []capacity.Policy
	var wrong []error
	files, targets := map[string]string{}, targetBook{}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != folder && strings.HasPrefix(e.Name(), "."):
			return fs.SkipDir
		case e.IsDir() || !isPolicy(e.Name()):
			return nil
		}
		p, _, err := readPolicy(path)
		if err != nil {
			wrong = append(wrong, err)
			return nil
		}
		if first, again := files[p.Service]; again {
			wrong = append(wrong, fmt.Errorf("%s: %s is the policy of %q already: remove one of the two: %w", path, first, p.Service, capacity.ErrBadPolicy))
			return nil
		}
		files[p.Service] = path
		if err := targets.add(path, p); err != nil {
			wrong = append(wrong, err)
			return nil
		}
		policies = append(policies, p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the policies in %s: %w", folder, err)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	if len(policies) == 0 {
		return nil, fmt.Errorf("there is no policy file (*.yaml) in %s: name the folder that holds them: %w", folder, errUsage)
	}
	slices.SortFunc(policies, func(a, b capacity.Policy) int { return strings.Compare(a.Service, b.Service) })
	return policies, nil
}

func isPolicy(name string) bool {
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
}

// oneFolder wants exactly one argument.
func oneFolder(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one folder of policy files, got %q: %w", args, errUsage)
	}
	return nil
}
