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

// ErrNoFile is that a service has no policy file where one is looked for.
var ErrNoFile = errors.New("no policy file")

// ServicePolicy reads the policy of a service: from path, or if that is empty, from the
// file that [Find] finds.
func ServicePolicy(service, path string) (capacity.Policy, error) {
	if path == "" {
		_, p, err := Find(service)
		return p, err
	}
	p, _, err := ReadPolicy(path)
	if err == nil && p.Service != service {
		err = otherService(path, p.Service, service)
	}
	return p, err
}

// Find reads SERVICE.yaml here or in the folder policies. It returns ErrNoFile if neither
// is there.
func Find(service string) (path string, p capacity.Policy, err error) {
	looked := []string{service + ".yaml", filepath.Join("policies", service+".yaml")}
	for _, path := range looked {
		p, _, err := ReadPolicy(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && p.Service != service {
			err = otherService(path, p.Service, service)
		}
		return path, p, err
	}
	return "", p, fmt.Errorf("no policy for %q at %q: name its file with --policy: %w", service, looked, noFile{command.ErrUsage})
}

func otherService(path, is, wanted string) error {
	return fmt.Errorf("%s is the policy of %q, not of %q: name its service, or another file with --policy: %w", path, is, wanted, command.ErrUsage)
}

// noFile is an ErrNoFile, which is an error of the command line.
type noFile struct{ error }

// Unwrap implements [errors.Unwrap].
func (e noFile) Unwrap() []error { return []error{e.error, ErrNoFile} }
