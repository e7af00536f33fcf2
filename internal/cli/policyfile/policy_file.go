// Package policyfile reads policy files and folders of them, and the flags that stand in place of
// their keys.
package policyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/policy"
)

// ReadPolicy reads one policy file, with what is said anew. The base that it extends and
// the prices that it names are in its folder.
func ReadPolicy(path string, anew ...policy.Override) (capacity.Policy, []policy.Default, error) {
	f, err := os.Open(path)
	if err != nil {
		return capacity.Policy{}, nil, fmt.Errorf("read the policy: %w", err)
	}
	defer f.Close()
	return policy.ParseBeside(os.DirFS(filepath.Dir(path)), path, f, anew...)
}

// ServicePolicy reads the policy of a service: from path, or if that is empty,
// from SERVICE.yaml here or in the folder policies.
func ServicePolicy(service, path string) (capacity.Policy, error) {
	looked := []string{service + ".yaml", filepath.Join("policies", service+".yaml")}
	if path != "" {
		looked = []string{path}
	}
	for _, path := range looked {
		p, _, err := ReadPolicy(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && p.Service != service {
			err = fmt.Errorf("%s is the policy of %q, not of %q: name its service, or another file with --policy: %w", path, p.Service, service, command.ErrUsage)
		}
		return p, err
	}
	return capacity.Policy{}, fmt.Errorf("no policy for %q at %q: name its file with --policy: %w", service, looked, command.ErrUsage)
}
