package policyfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/policy"
)

// ReadPolicies reads all policy files in and below a folder, in the order of
// their services. All must be right, and none may be about a service that
// another is about already: a folder says all or nothing.
func ReadPolicies(folder string) ([]capacity.Policy, error) {
	paths, err := PolicyFiles(folder)
	if err != nil {
		return nil, err
	}
	var policies []capacity.Policy
	var wrong []error
	seen, targets := Services{}, TargetBook{}
	for _, path := range paths {
		p, _, err := ReadPolicy(path)
		if err == nil {
			err = cmp.Or(seen.Add(p.Service, path), targets.Add(path, p))
		}
		wrong, policies = append(wrong, err), append(policies, p)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	slices.SortFunc(policies, func(a, b capacity.Policy) int { return strings.Compare(a.Service, b.Service) })
	return policies, nil
}

// PolicyFiles are the policy files in and below a folder, of which there must be
// one. Bases and prices are none.
func PolicyFiles(folder string) ([]string, error) {
	var paths []string
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != folder && (strings.HasPrefix(e.Name(), ".") || e.Name() == policy.Bases):
			return fs.SkipDir
		case !e.IsDir() && IsPolicy(e.Name()):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the policies in %s: %w", folder, err)
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("there is no policy file (*.yaml) in %s: name the folder that holds them: %w", folder, command.ErrUsage)
	}
	return paths, nil
}

// Services are the files of services.
type Services map[string]string

// Add refuses a second file about one service.
func (s Services) Add(service, path string) error {
	if first, again := s[service]; again {
		return fmt.Errorf("%s: %s is the policy of %q already: remove one of the two: %w", path, first, service, capacity.ErrBadPolicy)
	}
	s[service] = path
	return nil
}

// IsPolicy reports whether a file of that name is taken for a policy.
func IsPolicy(name string) bool {
	return !strings.HasPrefix(name, ".") && name != policy.Prices && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
}

// BaseFiles are the bases in and below a folder.
func BaseFiles(folder string) (paths []string, err error) {
	err = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != folder && strings.HasPrefix(e.Name(), "."):
			return fs.SkipDir
		case !e.IsDir() && IsBase(path):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the bases in %s: %w", folder, err)
	}
	return paths, nil
}

// IsBase reports whether a file is one that policies extend.
func IsBase(path string) bool {
	return filepath.Base(filepath.Dir(path)) == policy.Bases && filepath.Ext(path) == ".yaml" && IsPolicy(filepath.Base(path))
}

// OneFolder wants exactly one argument.
func OneFolder(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one folder of policy files, got %q: %w", args, command.ErrUsage)
	}
	return nil
}
