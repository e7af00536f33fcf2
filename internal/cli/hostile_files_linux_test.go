package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	hostileFiles = flag.Int("hostile", 40, "how many damaged and hostile files are read")
	hostileSeed  = flag.Uint64("hostile-seed", 1, "the seed of the files")
	hostileOne   = flag.Int("hostile-one", -1, "read only the file of this number")
)

// What a command may need for a file, however it was made: memory that is
// resident, and processor time.
const (
	hostileMemory = 512 << 20
	hostileTime   = 10 * time.Second
)

const hostilePolicy = `service: chat
demand: {source: "file:///none/", time: ts, value: requests, aggregate: sum, step: 1h, timezone: UTC}
capacity:
  pools: [{name: g5, target: "sim://chat?leadTime=4m", unitRate: 20, min: 1, max: 100, price: 1, leadTime: 4m}]
objective: {missing: 40}
`

// TestHostileFiles has damaged and hostile files read by the command line, each
// in a process of its own: none may panic, take ten seconds or 512 MiB, whatever
// they hold, and what is refused is refused in one or more lines of words. make
// fuzz-hostile reads a thousand.
func TestHostileFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	folder := t.TempDir()
	write := func(name string, data []byte) string {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("chat.yaml", []byte(hostilePolicy))
	write("load.csv", newHostiles(t, nil, nil).load)
	good := child(t, folder, strings.Fields("plan --offline -f chat.yaml --history load.csv --json"))
	if good.code != 0 {
		t.Fatalf("a good file: %s", good.stderr)
	}
	t.Logf("a good file takes %v and %d MiB", good.took, good.memory>>20)

	all := newHostiles(t, []byte(hostilePolicy), good.stdout)
	codes, most, longest := map[int]int{}, int64(0), time.Duration(0)
	for i := range *hostileFiles {
		if *hostileOne >= 0 && i != *hostileOne {
			continue
		}
		input := all.draw(*hostileSeed, uint64(i))
		name := "hostile" // the name says nothing about what it holds
		if strings.HasPrefix(input.call, "check") || strings.Contains(input.call, "-f FILE") {
			name += ".yaml"
		}
		path := write(name, input.data)
		args := strings.Fields(strings.ReplaceAll(input.call, "FILE", name))
		got := child(t, folder, args)
		codes[got.code]++
		most, longest = max(most, got.memory), max(longest, got.took)
		if trouble := got.trouble(); trouble != "" {
			t.Errorf("-hostile-seed %d -hostile-one %d: %s (%d bytes), headroom %s: %s", *hostileSeed, i, input.what, len(input.data), strings.Join(args, " "), trouble)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("exit codes %v; at most %v of processor time and %d MiB", codes, longest, most>>20)
}

// A childRun is what became of one process.
type childRun struct {
	code           int
	stdout, stderr []byte
	took           time.Duration // of processor time
	memory         int64         // that was resident, at most
	killed         bool
}

// child runs a command in a process of its own, which gets no more than 4 GiB of
// addresses and a minute, so that the machine survives it.
func child(t *testing.T, folder string, args []string) childRun {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", append([]string{"-c", `ulimit -v 4194304; exec headroom "$@"`, "headroom"}, args...)...)
	c.Dir, c.Env = folder, slices.Concat(os.Environ(), []string{"HEADROOM_S3_ENDPOINT=http://127.0.0.1:1", "TEMPORAL_ADDRESS=127.0.0.1:1"})
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	// A child begins with the peak of its parent, which this sets back.
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	err := c.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("start headroom: %v", err)
	}
	used := c.ProcessState.SysUsage().(*syscall.Rusage)
	return childRun{
		code: c.ProcessState.ExitCode(), stdout: stdout.Bytes(), stderr: stderr.Bytes(),
		took: c.ProcessState.UserTime() + c.ProcessState.SystemTime(), memory: used.Maxrss << 10, killed: ctx.Err() != nil,
	}
}

// trouble is what may not be; "" if all is well.
func (r childRun) trouble() string {
	said := string(r.stderr)
	shown := fmt.Sprintf("exit code %d after %v, %d MiB: %.300q", r.code, r.took, r.memory>>20, said)
	switch {
	case r.killed:
		return "it did not end within a minute; " + shown
	case strings.Contains(said, "panic:") || strings.Contains(said, "fatal error:") || strings.Contains(said, "goroutine "):
		i := max(strings.Index(said, "panic:"), strings.Index(said, "fatal error:"), 0)
		return fmt.Sprintf("it broke: %.1500s", said[i:])
	case r.code < 0 || r.code > 2:
		return "the exit code; " + shown
	case r.took > hostileTime:
		return "the time; " + shown
	case r.memory > hostileMemory:
		return "the memory; " + shown
	case r.code != 0 && !strings.Contains(said, "headroom: "):
		return "no message; " + shown
	case strings.ContainsFunc(said, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' }):
		return "control characters; " + shown
	case len(r.stderr) > 64<<10:
		return fmt.Sprintf("%d bytes of messages", len(r.stderr))
	}
	return ""
}
