package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"headroom/capacity"
	"headroom/policy"
)

// readPolicy reads one policy file, with what is said anew.
func readPolicy(path string, anew ...policy.Override) (capacity.Policy, []policy.Default, error) {
	f, err := os.Open(path)
	if err != nil {
		return capacity.Policy{}, nil, fmt.Errorf("read the policy: %w", err)
	}
	defer f.Close()
	return policy.Parse(path, f, anew...)
}

// servicePolicy reads the policy of a service: from path, or if that is empty,
// from SERVICE.yaml here or in the folder policies.
func servicePolicy(service, path string) (capacity.Policy, error) {
	looked := []string{service + ".yaml", filepath.Join("policies", service+".yaml")}
	if path != "" {
		looked = []string{path}
	}
	for _, path := range looked {
		p, _, err := readPolicy(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && p.Service != service {
			err = fmt.Errorf("%s is the policy of %q, not of %q: name its service, or another file with --policy: %w", path, p.Service, service, errUsage)
		}
		return p, err
	}
	return capacity.Policy{}, fmt.Errorf("no policy for %q at %q: name its file with --policy: %w", service, looked, errUsage)
}
