package e2e_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// workerProgram is the real worker, built once for all tests.
var workerProgram string

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests wait more than they compute, so they need no processor each.
	if err := flag.Set("test.parallel", "6"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	if testing.Short() {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "headroom-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	workerProgram = filepath.Join(dir, "worker")
	if out, err := exec.Command("go", "build", "-o", workerProgram, "headroom/worker").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the worker: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// needServers skips a test that starts servers when only short ones are wanted.
func needServers(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real servers, whose first build takes minutes; run without -short")
	}
	t.Parallel()
}
