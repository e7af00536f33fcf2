package command_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"headroom/adapters/command"
	"headroom/capacity"
)

// TestMain makes the test program the program that is run as well: its first
// argument is then "program".
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "program" {
		os.Exit(program(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// A ledger is what the program remembers between two runs.
type ledger struct {
	Units, Serving int
	Calls          []call
}

// A call is one run with scale.
type call struct{ Units, ID, Target, From, Why string }

// program does what its first argument says, on a ledger in a file.
func program(behaviour string, args []string) int {
	if code, err := strconv.Atoi(behaviour); err == nil {
		fmt.Fprintf(os.Stderr, "a first line\nthe last line of %d\n\n", code)
		return code
	}
	switch behaviour {
	case "print":
		fmt.Print(args[0])
		return 0
	case "environment":
		if err := os.WriteFile(args[0], []byte(strings.Join(os.Environ(), "\n")), 0o600); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Print(`{"units": 4, "serving": 4}`)
		return 0
	case "flood":
		fmt.Print(`{"units": 4, "serving": 4}`, strings.Repeat(" ", 1<<20))
		return 0
	case "hang": // waits for a child, which holds the output and a pipe of the test
		child := exec.Command(os.Args[0], "program", "wait", args[0])
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		return 1
	case "wait":
		pipe, err := os.OpenFile(args[0], os.O_WRONLY, 0)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Fprintln(pipe, "I wait")
		time.Sleep(10 * time.Second) // is killed long before
		fmt.Fprintln(pipe, "nobody has killed me")
		return 0
	}
	path := args[0]
	l := read(path)
	switch args[1] {
	case "state":
		fmt.Printf(`{"units": %d, "serving": %d}`, l.Units, l.Serving)
		return 0
	case "scale":
		if behaviour != "forget" {
			l.Units, _ = strconv.Atoi(args[2])
		}
		l.Calls = append(l.Calls, call{args[2], os.Getenv("HEADROOM_ACTION_ID"), os.Getenv("HEADROOM_TARGET"), os.Getenv("HEADROOM_FROM"), os.Getenv("HEADROOM_WHY")})
		write(path, l)
		return 0
	}
	return 64
}

func read(path string) (l ledger) {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &l)
	}
	if err != nil {
		panic(err)
	}
	return l
}

func write(path string, l ledger) {
	data, err := json.Marshal(l)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		panic(err)
	}
}

// ledgerFile is a program's memory in which two units serve.
func ledgerFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.json")
	write(path, ledger{Units: 2, Serving: 2})
	return path
}

// name is the target that the test program scales in this way.
func name(t *testing.T, args ...string) capacity.TargetName {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"arg": append([]string{"program"}, args...)}
	return capacity.TargetName("command://" + self + "?" + query.Encode())
}

func target(t *testing.T, r command.Runner, name capacity.TargetName) *command.Target {
	t.Helper()
	target, err := r.Target(name)
	if err != nil {
		t.Fatal(err)
	}
	return target
}
