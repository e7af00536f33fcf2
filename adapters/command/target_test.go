//go:build unix

package command_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/command"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func TestTarget_Conformance(t *testing.T) {
	capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
		path := ledgerFile(t)
		return target(t, command.Runner{}, name(t, "scale", path)), func() {
			l := read(path)
			l.Serving = l.Units
			write(path, l)
		}
	})
}

func TestScale_Environment(t *testing.T) {
	path := ledgerFile(t)
	name := name(t, "scale", path)
	a := capacity.Action{ID: "3f2a/web/2026-03-02T12:00Z", Units: 5, From: 2, Why: "p95 > 4; $(reboot) `x`"}
	if err := target(t, command.Runner{}, name).Scale(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	want := []call{{Units: "5", ID: a.ID, Target: string(name), From: "2", Why: a.Why}}
	if diff := cmp.Diff(want, read(path).Calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestState_Environment: a program gets four variables of the worker and those of the
// action, and never the worker's secrets.
func TestState_Environment(t *testing.T) {
	t.Setenv("HEADROOM_CODEC_KEYS", "a secret")
	t.Setenv("TZ", "UTC")
	path := filepath.Join(t.TempDir(), "environment")
	name := name(t, "environment", path)
	if _, err := target(t, command.Runner{}, name).State(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(got), "\n")
	for _, want := range []string{"TZ=UTC", "HEADROOM_TARGET=" + string(name)} {
		if !slices.Contains(all, want) {
			t.Errorf("got %q, want %s among them", all, want)
		}
	}
	for _, variable := range all {
		if n, _, _ := strings.Cut(variable, "="); !slices.Contains([]string{"PATH", "HOME", "LANG", "TZ", "HEADROOM_TARGET"}, n) {
			t.Errorf("the program sees %s", n)
		}
	}
}

func TestScale_NotKept(t *testing.T) {
	err := target(t, command.Runner{}, name(t, "forget", ledgerFile(t))).Scale(t.Context(), capacity.Action{ID: "a", Units: 9})
	if !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("got %v, want %v: it ended with 0 and changed nothing", err, capacity.ErrConflict)
	}
}

func TestTarget_ExitCodes(t *testing.T) {
	known := map[int]error{
		64: capacity.ErrOutOfBounds, 66: capacity.ErrNoSuchTarget, 69: capacity.ErrNoCapacity, 75: capacity.ErrTargetBusy, 77: capacity.ErrAccess, 78: capacity.ErrStopped,
	}
	for _, code := range []int{64, 66, 69, 75, 77, 78, 1, 2, 65, 127} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			target := target(t, command.Runner{}, name(t, fmt.Sprint(code)))
			_, stateErr := target.State(t.Context())
			for verb, err := range map[string]error{"state": stateErr, "scale": target.Scale(t.Context(), capacity.Action{ID: "a", Units: 3})} {
				for _, sentinel := range known {
					if got, want := errors.Is(err, sentinel), errors.Is(known[code], sentinel); got != want {
						t.Errorf("%s: got %v, is %v: %v, want %v", verb, err, sentinel, got, want)
					}
				}
				if text := fmt.Sprint(err); !strings.Contains(text, fmt.Sprintf(`"the last line of %d"`, code)) || strings.Contains(text, "first") {
					t.Errorf("%s: got %v, want the last line of stderr only", verb, err)
				}
			}
		})
	}
}

func TestState_Output(t *testing.T) {
	for _, test := range []struct {
		args []string
		want capacity.State
		err  error
	}{
		{args: []string{"print", `{"units": 4, "serving": 9, "floor": true}`}, want: capacity.State{Units: 4, Serving: 9, Floor: true}},
		{args: []string{"print", ``}, err: capacity.ErrBadData},
		{args: []string{"print", `{"units": 4}`}, err: capacity.ErrBadData},
		{args: []string{"print", `{"units": -4, "serving": 0}`}, err: capacity.ErrBadData},
		{args: []string{"print", `4 of 4`}, err: capacity.ErrBadData},
		{args: []string{"flood"}, err: capacity.ErrBadData},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			got, err := target(t, command.Runner{}, name(t, test.args...)).State(t.Context())
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, test.want, test.err)
			}
		})
	}
}

func TestTarget_CannotRun(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "text"), []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]error{"absent": capacity.ErrNoSuchTarget, "text": capacity.ErrAccess} {
		target := target(t, command.Runner{}, capacity.TargetName("command://"+filepath.Join(folder, program)))
		if _, err := target.State(t.Context()); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", program, err, want)
		}
	}
}

// The child of the program holds a pipe open. The pipe ends only when the child
// has been killed too.
func TestTarget_KillsGroup(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := target(t, command.Runner{}, name(t, "hang", pipe)).State(ctx)
		ended <- err
	}()
	reader, err := os.Open(pipe) // returns when the child has opened it too
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if line, err := bufio.NewReader(reader).ReadString('\n'); err != nil || line != "I wait\n" {
		t.Fatalf("got %q, %v from the child", line, err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if rest, err := io.ReadAll(reader); err != nil || len(rest) > 0 {
		t.Errorf("got %q, %v, want the end of the pipe", rest, err)
	}
}

func TestTarget_Timeout(t *testing.T) {
	_, err := target(t, command.Runner{Timeout: time.Nanosecond}, name(t, "hang")).State(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestRunner_BadNames(t *testing.T) {
	for _, name := range badNames {
		t.Run(name, func(t *testing.T) {
			if _, err := (command.Runner{}).Target(capacity.TargetName(name)); !errors.Is(err, capacity.ErrNoSuchTarget) {
				t.Errorf("got %v, want %v", err, capacity.ErrNoSuchTarget)
			}
		})
	}
}

var badNames = []string{
	"", "/bin/true", "command:", "command:true", "command:///", "command://host/bin/true", "command://./true", "command:///bin/../sbin/x",
	"command:///bin//true", "command:///bin/true/", "command:///bin/true?args=x", "command:///bin/true?arg=%zz", "command:///bin/true#x", "sim:///bin/true",
}

// Whatever is accepted is an absolute path that means one thing.
func FuzzRunner_Target(f *testing.F) {
	for _, name := range badNames {
		f.Add(name)
	}
	f.Add("command:///bin/echo?arg=a&arg=b")
	f.Fuzz(func(t *testing.T, name string) {
		target, err := command.Runner{}.Target(capacity.TargetName(name))
		switch {
		case (target == nil) == (err == nil), err != nil && !errors.Is(err, capacity.ErrNoSuchTarget):
			t.Errorf("target %q: got %v, %v", name, target, err)
		case err == nil && !strings.HasPrefix(strings.ToLower(name), "command:/"):
			t.Errorf("target %q was accepted", name)
		}
	})
}
