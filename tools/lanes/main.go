// Lanes runs go test and names at the end what was skipped and why, since a test that
// is skipped proves nothing. With CI=true, a skipped test fails the run. A test that
// has a make target of its own says so in its reason, and is named without failing.
//
//	go -C tools run ./lanes ./...
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// elsewhere is what the reason of a test with a make target of its own begins with.
const elsewhere = "not part of make test"

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Dir, cmd.Stderr = "..", os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r := newRun(os.Stdout)
	r.read(out)
	failed := cmd.Wait() != nil
	if !r.summarise(os.Getenv("CI") == "true") || failed {
		os.Exit(1)
	}
}

// An event is a line of go test -json.
type event struct {
	Action, Package, Test, Output string
}

// A run collects what go test says.
type run struct {
	out     io.Writer
	said    map[[2]string][]string // by package and test
	skipped map[string][]string    // the tests, by reason
	other   map[string][]string    // those with a make target of their own
}

func newRun(out io.Writer) *run {
	return &run{out: out, said: map[[2]string][]string{}, skipped: map[string][]string{}, other: map[string][]string{}}
}

// read prints the result of each package, and all that failed tests printed.
func (r *run) read(in io.Reader) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if len(line) > 0 {
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(r.out, "%s", line)
			} else {
				r.event(e)
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintln(r.out, err)
			}
			return
		}
	}
}

func (r *run) event(e event) {
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "output", "build-output":
		if e.Test == "" && (e.Action == "build-output" || strings.HasPrefix(e.Output, "ok ") || strings.HasPrefix(e.Output, "FAIL")) {
			fmt.Fprint(r.out, e.Output)
			return
		}
		r.said[key] = append(r.said[key], e.Output)
	case "fail":
		fmt.Fprint(r.out, strings.Join(r.said[key], ""))
		delete(r.said, key)
	case "pass":
		delete(r.said, key)
	case "skip":
		if e.Test != "" {
			r.skip(e, r.said[key])
		}
		delete(r.said, key)
	}
}

// skip notes why a test was skipped: it says so after its place, "x_test.go:12: ".
func (r *run) skip(e event, said []string) {
	reason := "no reason given"
	for _, line := range said {
		if _, text, found := strings.Cut(line, "_test.go:"); found {
			_, text, _ = strings.Cut(text, ": ")
			reason = strings.TrimSpace(text)
		} else if text := strings.TrimSpace(line); strings.Contains(line, ".go:") {
			_, reason, _ = strings.Cut(text, ": ")
		}
	}
	list := r.skipped
	if strings.HasPrefix(reason, elsewhere) {
		list = r.other
	}
	list[reason] = append(list[reason], strings.TrimPrefix(e.Package, "headroom/")+"."+e.Test)
}

// summarise names what was skipped, and reports whether that is allowed.
func (r *run) summarise(strict bool) bool {
	r.list("Tests that are "+elsewhere+":", r.other, len(elsewhere)+2)
	r.list("SKIPPED, and so not tested:", r.skipped, 0)
	if strict && len(r.skipped) > 0 {
		fmt.Fprintln(r.out, "FAIL: with CI=true no test may be skipped: install what is missing.")
		return false
	}
	return true
}

func (r *run) list(title string, reasons map[string][]string, from int) {
	if len(reasons) == 0 {
		return
	}
	fmt.Fprintln(r.out, title)
	var sorted []string
	for reason := range reasons {
		sorted = append(sorted, reason)
	}
	slices.Sort(sorted)
	for _, reason := range sorted {
		tests := reasons[reason]
		fmt.Fprintf(r.out, "  %s: %s", reason[min(from, len(reason)):], tests[0])
		if len(tests) > 1 {
			fmt.Fprintf(r.out, " and %d more", len(tests)-1)
		}
		fmt.Fprintln(r.out)
	}
}
