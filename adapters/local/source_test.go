package local_test

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/history/historytest"
)

// folder writes objects below a new folder; a key that ends in a slash is one.
func folder(t testing.TB, objects map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for key, data := range objects {
		path := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(key, "/") {
			continue
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSource(t *testing.T) {
	historytest.Source(t, func(t testing.TB, objects map[string][]byte) (history.Source, string) {
		u := url.URL{Scheme: "file", Path: folder(t, objects) + "/"}
		return local.Source{}, u.String()
	})
}

func TestSource_Addresses(t *testing.T) {
	csv := []byte("time,value\n2026-03-02T00:00:00Z,1\n")
	dir := folder(t, map[string][]byte{"my load.csv": csv, "_other.csv": []byte("not to be read")})
	for address, want := range map[string]error{
		"file://" + dir:                    nil,
		dir:                                nil,
		dir + "/my load.csv":               nil,
		"file://" + dir + "/my%20load.csv": nil,
		"file://" + dir + "/missing/":      capacity.ErrNotFound,
		dir + "/my load.csv/deeper":        capacity.ErrNotFound,
		"file://relative/path":             capacity.ErrBadPolicy,
		"file:///%zz":                      capacity.ErrBadPolicy,
		"s3://bucket/prefix/":              capacity.ErrBadPolicy,
		"":                                 capacity.ErrBadPolicy,
	} {
		t.Run(strings.ReplaceAll(address, dir, "DIR"), func(t *testing.T) {
			d := capacity.Demand{Source: address, Time: "time", Value: "value"}
			table, err := local.Source{}.Fetch(t.Context(), d, time.Time{}, time.Time{})
			defer table.Release()
			if !errors.Is(err, want) {
				t.Fatalf("got error %v, want %v", err, want)
			}
			if want == nil && table.Rows() != 1 {
				t.Errorf("got %d rows, want 1", table.Rows())
			}
		})
	}
}

func TestSource_TooLarge(t *testing.T) {
	dir := folder(t, map[string][]byte{"load.csv": []byte("time,value\n2026-03-02T00:00:00Z,1\n")})
	d := capacity.Demand{Source: dir, Time: "time", Value: "value"}
	_, err := local.Source{Limits: history.Limits{Unpacked: 10}}.Fetch(t.Context(), d, time.Time{}, time.Time{})
	if !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), `"load.csv"`) {
		t.Errorf("got error %v, want %v that names load.csv", err, capacity.ErrBadData)
	}
}
