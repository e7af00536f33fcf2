//go:build unix

package devstack

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPrune(t *testing.T) {
	cache, now := t.TempDir(), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, age := range map[string]time.Duration{"devserver-old": 15 * 24 * time.Hour, "devserver-kept": 15 * 24 * time.Hour, "devserver-new": time.Hour, "other": 99 * 24 * time.Hour} {
		path := filepath.Join(cache, name)
		write(t, path, "")
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	prune(cache, filepath.Join(cache, "devserver-kept"), now)
	left, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if got, want := strings.Join(left, " "), "devserver-kept devserver-new other"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// ownCache gives the test a cache folder of its own for the programs, but not
// for what the compiler keeps, which would take long to make again.
func ownCache(t *testing.T) {
	t.Helper()
	compiled, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(compiled)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
}

// TestBuild_Broken compiles a module that cannot compile, which takes no time.
func TestBuild_Broken(t *testing.T) {
	ownCache(t)
	source := filepath.Join(t.TempDir(), "devserver")
	write(t, filepath.Join(source, "go.mod"), "module headroom/devserver\n\ngo 1.26\n")
	write(t, filepath.Join(source, "main.go"), "package main\n\nfunc main() { undefined() }\n")
	_, err := Build(t.Context(), Settings{Source: source})
	checkError(t, err, "build devserver in")
	checkError(t, err, "undefined: undefined")
}

// TestBuild_Once compiles a small program in the place of the servers.
func TestBuild_Once(t *testing.T) {
	ownCache(t)
	source := filepath.Join(t.TempDir(), "devserver")
	write(t, filepath.Join(source, "go.mod"), "module headroom/devserver\n\ngo 1.26\n")
	write(t, filepath.Join(source, "main.go"), "package main\n\nfunc main() {}\n")
	first, err := Build(t.Context(), Settings{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	made, err := os.Stat(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Build(t.Context(), Settings{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	again, err := os.Stat(second)
	if err != nil {
		t.Fatal(err)
	}
	if second != first || !os.SameFile(made, again) {
		t.Errorf("second build: got %q, want the same file as %q", second, first)
	}
	rest, err := filepath.Glob(filepath.Join(filepath.Dir(first), "*.part"))
	if err != nil || len(rest) > 0 {
		t.Errorf("left behind: %q, %v", rest, err)
	}
}

// TestBuild_Together has one build wait for the other and use its result.
func TestBuild_Together(t *testing.T) {
	ownCache(t)
	source := filepath.Join(t.TempDir(), "devserver")
	write(t, filepath.Join(source, "go.mod"), "module headroom/devserver\n\ngo 1.26\n")
	write(t, filepath.Join(source, "main.go"), "package main\n\nfunc main() { println(1) }\n")
	cache, err := cacheFolder()
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := lock(t.Context(), filepath.Join(cache, "build.lock"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	told, out := io.Pipe()
	built := make(chan error, 1)
	go func() {
		_, err := Build(t.Context(), Settings{Source: source, Log: out})
		built <- err
	}()
	line, err := bufio.NewReader(told).ReadString('\n')
	if err != nil || !strings.Contains(line, "waiting for it") {
		t.Errorf("got %q, %v, want to hear of the wait", line, err)
	}
	select {
	case err := <-built:
		t.Fatalf("did not wait: %v", err)
	default:
	}
	go func() { _, _ = io.Copy(io.Discard, told) }()
	unlock()
	if err := <-built; err != nil {
		t.Error(err)
	}
}

func TestBuild_NoGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	source := filepath.Join(t.TempDir(), "devserver")
	write(t, filepath.Join(source, "go.mod"), "module headroom/devserver\n")
	_, err := Build(t.Context(), Settings{Source: source})
	checkError(t, err, "install Go (https://go.dev/dl)")
	checkError(t, err, "HEADROOM_DEVSERVER")
	checkError(t, err, "TEMPORAL_ADDRESS")
}
