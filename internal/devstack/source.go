package devstack

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// modulePath is the name of the module that holds the servers.
const modulePath = "headroom/devserver"

// errNoSource means that no folder holds the devserver's source.
var errNoSource = errors.New("the source of devserver is not here")

// source finds the folder of the devserver's module.
func (s Settings) source() (string, error) {
	if s.Source != "" {
		path, err := filepath.Abs(s.Source)
		if err != nil {
			return "", fmt.Errorf("use the source of devserver in %q: %w", s.Source, err)
		}
		if !isSource(path) {
			return "", fmt.Errorf("use the source of devserver in %q: it has no go.mod of module %s: %w: %s", s.Source, modulePath, errNoSource, remedy)
		}
		return path, nil
	}
	var from []string
	if dir, err := os.Getwd(); err == nil {
		from = append(from, dir)
	}
	if executable, err := os.Executable(); err == nil {
		if resolved, err := filepath.EvalSymlinks(executable); err == nil {
			executable = resolved
		}
		from = append(from, filepath.Dir(executable))
	}
	return findSource(from)
}

// findSource looks for a folder devserver in each of the folders and all the
// folders above them.
func findSource(from []string) (string, error) {
	for _, start := range from {
		for dir := start; ; dir = filepath.Dir(dir) {
			if path := filepath.Join(dir, "devserver"); isSource(path) {
				return path, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", fmt.Errorf("look for a folder devserver in %s and above: %w: %s", strings.Join(from, " and "), errNoSource, remedy)
}

// isSource tells whether dir holds the go.mod of the devserver's module.
func isSource(dir string) bool {
	file, err := os.Open(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "module "); ok {
			return strings.TrimSpace(name) == modulePath
		}
	}
	return false
}
