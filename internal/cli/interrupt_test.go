package cli_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// long is a policy and a year of hourly load: a simulation of it takes minutes.
func long(t *testing.T) (policy, trace string) {
	t.Helper()
	policy = filepath.Join(t.TempDir(), "web.yaml")
	const text = `service: web
demand: {source: "file:///srv/load/", time: ds, value: y, step: 1h}
capacity:
  pools:
    - {name: a, target: "sim://web", unitRate: 0.005, min: 1, max: 100, price: 1, leadTime: 4m}
objective: {missing: 40}
`
	if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return policy, panelOf(t, "year.csv", 365, wave)
}

// command is the command line in a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Args[0] = "headroom" // TestMain runs it then
	return c
}

// interrupted sends a signal to a command that is under way, and checks how it
// ends. A second is what people are told; the bound is for busy machines.
func interrupted(t *testing.T, c *exec.Cmd, signal syscall.Signal, rest io.Reader) {
	t.Helper()
	var said strings.Builder
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(&said, rest)
		close(done)
	}()
	begun := time.Now()
	if err := c.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-done
	_ = c.Wait() // the exit code says it
	if got, want := c.ProcessState.ExitCode(), 128+int(signal); got != want {
		t.Errorf("the exit code is %d, want %d; stderr:\n%s", got, want, said.String())
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %v to end", took)
	}
	if text := said.String(); strings.Contains(text, "context canceled") || strings.Count(text, "headroom: interrupted\n") != 1 {
		t.Errorf("stderr is %q, want that it was interrupted", text)
	}
}

// TestInterrupt_Simulate: a simulation of a year says first how long it takes, and
// ends when it is interrupted.
func TestInterrupt_Simulate(t *testing.T) {
	policy, trace := long(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			c := command(t, "simulate", "-f", policy, "--trace", trace)
			stderr, err := c.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			text := bufio.NewReader(stderr)
			if line, err := text.ReadString('\n'); err != nil || !strings.HasPrefix(line, "read 8760 rows every 1h") {
				t.Errorf("it begins with %q, %v, want what was read", line, err)
			}
			line, err := text.ReadString('\n')
			if err != nil || !strings.HasPrefix(line, "simulate: 365 days in ticks of 15s: about ") || !strings.Contains(line, "; --last 28d takes about ") {
				t.Errorf("it goes on with %q, %v, want how long it takes", line, err)
			}
			interrupted(t, c, signal, text)
		})
	}
}

// TestInterrupt_Reading: commands that read an endless file from stdin. What was
// written is more than a pipe holds, so they are reading.
func TestInterrupt_Reading(t *testing.T) {
	var rows strings.Builder
	fmt.Fprintln(&rows, "unique_id,ds,y")
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for h := range 8000 {
		fmt.Fprintf(&rows, "chat,%s,%.3f\n", start.Add(time.Duration(h)*time.Hour).Format(time.RFC3339), wave(h))
	}
	for _, args := range [][]string{{"forecast", "--horizon", "24"}, {"backtest", "--horizon", "24"}} {
		t.Run(args[0], func(t *testing.T) {
			c := command(t, append(args, "-")...)
			stdin, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			stderr, err := c.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(stdin, rows.String()); err != nil {
				t.Fatal(err)
			}
			interrupted(t, c, syscall.SIGINT, stderr)
		})
	}
}
