package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// A demo is the demonstration, running, with its plan carried out.
type demo struct {
	ui     string   // address of the Temporal UI
	report string   // file:// address of the report
	runs   []string // addresses of the runs in the Temporal UI

	child *exec.Cmd
}

// startDemo starts the demonstration in the checkout's folder, with more in its
// environment, and waits until it serves. What the child says goes to progress.
func startDemo(ctx context.Context, binary, checkout, report string, progress io.Writer, env ...string) (*demo, error) {
	child := exec.CommandContext(ctx, binary, "demo", "--serve", "--report", report)
	child.Dir, child.Stderr = checkout, progress
	child.Env = append(os.Environ(), env...)
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	child.WaitDelay = 30 * time.Second
	stdout, err := child.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("listen to the demonstration: %w", err)
	}
	if err := child.Start(); err != nil {
		return nil, fmt.Errorf("start the demonstration (make build makes it): %w", err)
	}
	d, err := readDemo(io.TeeReader(stdout, progress))
	if err != nil {
		return nil, errors.Join(err, (&demo{child: child}).stop())
	}
	d.child = child
	return d, nil
}

// stop ends the demonstration as ctrl-C does.
func (d *demo) stop() error {
	if err := d.child.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the demonstration: %w", err)
	}
	if err := d.child.Wait(); err != nil {
		return fmt.Errorf("the demonstration ended badly: %w", err)
	}
	return nil
}

// The forms in which the demonstration says where things are.
var (
	uiForm     = regexp.MustCompile(`Web UI (http[^\s)]+)`)
	reportForm = regexp.MustCompile(`^Report\s+(file://\S.*)$`)
	runForm    = regexp.MustCompile(`http\S+/workflows/\S+`)
)

// readDemo reads the demonstration's words up to the one that it serves now.
func readDemo(r io.Reader) (*demo, error) {
	d := &demo{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if m := uiForm.FindStringSubmatch(line); m != nil {
			d.ui = m[1]
		}
		if m := reportForm.FindStringSubmatch(line); m != nil {
			d.report = m[1]
		}
		if m := runForm.FindString(line); m != "" {
			d.runs = append(d.runs, m)
		}
		if !strings.Contains(line, "ctrl-C stops the servers") {
			continue
		}
		if d.ui == "" || d.report == "" || len(d.runs) == 0 {
			return nil, fmt.Errorf("the demonstration serves, but did not name its Web UI (%q), report (%q) and runs (%q) as expected", d.ui, d.report, d.runs)
		}
		return d, nil
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("listen to the demonstration: %w", err)
	}
	return nil, errors.New("the demonstration ended before it served: its last words say why")
}
