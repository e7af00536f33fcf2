package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// maxOutput is the most bytes of output that are kept: a state is less than a
// hundred.
const maxOutput = 64 << 10

// grace is how long the output may stay open after the program has ended. A
// process that it left behind would hold it for ever.
const grace = 2 * time.Second

// meanings are the exit codes that say more than that it failed.
var meanings = map[int]struct {
	is     error
	remedy string
}{
	64: {capacity.ErrOutOfBounds, "look at what it can run, at min and max in the policy, and at the arguments in target"},
	66: {capacity.ErrNoSuchTarget, "correct target in the policy"},
	69: {capacity.ErrNoCapacity, "ask later, or name a second pool in the policy"},
	75: {capacity.ErrTargetBusy, "it is asked again later"},
	77: {capacity.ErrAccess, "grant it to the user that the program runs as"},
	78: {capacity.ErrStopped, "somebody has stopped changes there; they are allowed again where that was done"},
}

// run runs the program with its own arguments and these, and returns what it
// printed.
func (t *Target) run(ctx context.Context, environment []string, args ...string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	program := exec.CommandContext(limited, t.program, slices.Concat(t.args, args)...)
	program.Env = append(inherited(), environment...)
	stdout, stderr := &head{}, &tail{}
	program.Stdout, program.Stderr = stdout, stderr
	program.WaitDelay = grace
	ownGroup(program)

	err := program.Run()
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil && err != nil:
		return nil, fmt.Errorf("killed after %v; find out what it waits for%s: %w", t.timeout, stderr.said(), limited.Err())
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no such program; install it on every worker, or correct target in the policy: %w: %w", err, capacity.ErrNoSuchTarget)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("the worker may not run it; make it executable for the worker's user: %w: %w", err, capacity.ErrAccess)
	case errors.Is(err, exec.ErrWaitDelay):
		return nil, fmt.Errorf("it has left a process that still holds its output; redirect the output of what it leaves running: %w", err)
	case exited:
		m, known := meanings[exit.ExitCode()]
		if !known {
			return nil, fmt.Errorf("it failed%s: %w", stderr.said(), err)
		}
		return nil, fmt.Errorf("%s%s (%w): %w", m.remedy, stderr.said(), err, m.is)
	case err != nil:
		return nil, err
	case stdout.over:
		return nil, fmt.Errorf("it printed more than %d bytes: %w", maxOutput, capacity.ErrBadData)
	}
	return stdout.kept, nil
}

// inherited is what a program gets of the caller's environment.
func inherited() (all []string) {
	for _, name := range []string{"PATH", "HOME", "LANG", "TZ"} {
		if value, set := os.LookupEnv(name); set {
			all = append(all, name+"="+value)
		}
	}
	return all
}

// A head keeps the beginning of what is written and takes the rest, so that
// the program never waits for its reader.
type head struct {
	kept []byte
	over bool
}

func (h *head) Write(p []byte) (int, error) {
	room := min(len(p), maxOutput-len(h.kept))
	h.kept = append(h.kept, p[:room]...)
	h.over = h.over || room < len(p)
	return len(p), nil
}

// A tail keeps the end of what is written.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p[max(0, len(p)-maxOutput):]...)
	t.kept = t.kept[max(0, len(t.kept)-maxOutput):]
	return len(p), nil
}

// said is the last line, for a message.
func (t *tail) said() string {
	all := strings.TrimSpace(string(t.kept))
	line := all[strings.LastIndex(all, "\n")+1:]
	if line == "" {
		return ""
	}
	return fmt.Sprintf("; it said %.200q", line)
}
