//go:build !linux

package lifecycle

import "os"

// ReserveStdout returns the process's standard output and points os.Stdout at
// standard error instead. The libraries inside print to standard output; the
// parent must read nothing there but the ready line.
func ReserveStdout() (*os.File, error) {
	stdout := os.Stdout
	os.Stdout = os.Stderr
	return stdout, nil
}
