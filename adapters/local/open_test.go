//go:build unix

package local_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
)

// fetch reads a source, and fails the test instead of waiting for ever.
func fetch(t *testing.T, source local.Source, address string) (int, error) {
	t.Helper()
	type result struct {
		rows int
		err  error
	}
	done := make(chan result, 1)
	go func() {
		table, err := source.Fetch(t.Context(), capacity.Demand{Source: address, Time: "time", Value: "value"}, time.Time{}, time.Time{})
		done <- result{table.Rows(), err}
		table.Release()
	}()
	select {
	case r := <-done:
		return r.rows, r.err
	case <-time.After(10 * time.Second):
		t.Fatalf("%s is still being read after 10 s", address)
		return 0, nil
	}
}

// mustLink makes a symbolic link in a folder of its own.
func mustLink(t *testing.T, to string) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(to, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// What is not a regular file is refused before it is read, also behind a link
// and inside a folder.
func TestSource_NotRegular(t *testing.T) {
	dir := t.TempDir()
	fifo, socket := filepath.Join(dir, "load.fifo"), filepath.Join(dir, "load.sock")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for path, kind := range map[string]string{"/dev/zero": "a device", "/dev/null": "a device", fifo: "a FIFO", socket: "a socket"} {
		link := mustLink(t, path)
		for _, address := range []string{path, "file://" + path, link, filepath.Dir(link)} {
			_, err := fetch(t, local.Source{}, address)
			if !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), kind) {
				t.Errorf("%s: got %v, want %v that says %q", address, err, capacity.ErrBadData, kind)
			}
		}
	}
}

// A folder that is linked into the folder of load is not skipped in silence.
func TestSource_LinkedFolder(t *testing.T) {
	csv := []byte("time,value\n2026-03-02T00:00:00Z,1\n")
	dir := folder(t, map[string][]byte{"a.csv": csv})
	if err := os.Symlink(folder(t, map[string][]byte{"b.csv": csv}), filepath.Join(dir, "more")); err != nil {
		t.Fatal(err)
	}
	if _, err := fetch(t, local.Source{}, dir); !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), `"more" is a folder`) {
		t.Errorf("got %v, want %v that names more", err, capacity.ErrBadData)
	}
	if err := os.Rename(filepath.Join(dir, "more"), filepath.Join(dir, "_more")); err != nil {
		t.Fatal(err)
	}
	if rows, err := fetch(t, local.Source{}, dir); err != nil || rows != 1 {
		t.Errorf("got %d rows and %v, want 1 row", rows, err)
	}
	for _, end := range []string{"", "/"} {
		if rows, err := fetch(t, local.Source{}, mustLink(t, dir)+end); err != nil || rows != 1 {
			t.Errorf("a link to the folder itself, with %q behind it: got %d rows and %v, want 1 row", end, rows, err)
		}
	}
}

func TestOpen(t *testing.T) {
	for path, want := range map[string]error{"/dev/zero": capacity.ErrBadData, t.TempDir(): capacity.ErrBadData, "/no/such/file": os.ErrNotExist} {
		if _, err := local.Open(path); !errors.Is(err, want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, want %v that names it", path, err, want)
		}
	}
}

// A file that says it is empty but is not, as those of /proc, is read up to the
// limit.
func TestSource_GrowingFile(t *testing.T) {
	const path = "/proc/self/maps"
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Skipf("%s says its size: %v", path, err)
	}
	_, err := fetch(t, local.Source{Limits: history.Limits{Unpacked: 100}}, path)
	if !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), "split it") {
		t.Errorf("got %v, want %v that says to split it", err, capacity.ErrBadData)
	}
}
