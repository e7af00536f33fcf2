package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the devserver: each server needs a process
// of its own, and to build a second binary of this size would take longer than
// all the tests.
func TestMain(m *testing.M) {
	if os.Getenv("DEVSERVER_TEST_PROCESS") != "" {
		main()
	}
	os.Exit(m.Run())
}

// A process is a devserver that a test started.
type process struct {
	*exec.Cmd
	stdin  io.Closer
	stdout *bufio.Reader
	stderr *bytes.Buffer
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...), stderr: new(bytes.Buffer)}
	p.Env = append(os.Environ(), "DEVSERVER_TEST_PROCESS=1")
	p.Stderr = p.stderr
	stdin, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(stdout)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	return p
}

// ready waits for the ready line and decodes it into v.
func (p *process) ready(t *testing.T, v any) {
	t.Helper()
	line, err := p.stdout.ReadBytes('\n')
	if err != nil {
		_ = p.Wait()
		t.Fatalf("%v: no ready line: %v\n%s", p.Args[1:], err, p.stderr)
	}
	if err := json.Unmarshal(line, v); err != nil {
		t.Fatalf("ready line %q: %v", line, err)
	}
}

// stop asks the process to stop in the given way, and checks that it ends with
// status 0 and wrote nothing but the ready line to standard output.
func (p *process) stop(t *testing.T, ask func() error) {
	t.Helper()
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Second, func() { _ = p.Process.Kill() })
	defer timer.Stop()
	rest, err := io.ReadAll(p.stdout)
	if err != nil || len(rest) > 0 {
		t.Errorf("after the ready line: got %q, %v, want nothing", rest, err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("%v: %v\n%s", p.Args[1:], err, p.stderr)
	}
}

func (p *process) terminate() error { return p.Process.Signal(os.Interrupt) }

// outcome runs a command that must end by itself.
func outcome(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	p := start(t, args...)
	timer := time.AfterFunc(20*time.Second, func() { _ = p.Process.Kill() })
	defer timer.Stop()
	out, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // the status says it
	return p.ProcessState.ExitCode(), string(out), p.stderr.String()
}

// mustFail checks that a command ends with the status and explains itself.
func mustFail(t *testing.T, status int, message string, args ...string) {
	t.Helper()
	got, stdout, stderr := outcome(t, args...)
	if got != status || stdout != "" || !strings.Contains(stderr, message) {
		t.Errorf("%v: got status %d, stdout %q, stderr %q; want status %d and %q on stderr", args, got, stdout, stderr, status, message)
	}
}
