package panel_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"headroom/capacity"
	"headroom/internal/panel"
)

// file is long enough that a cut through its packed form is in the middle.
var file = "unique_id,ds,y\n" + strings.Repeat("web,1,5\nweb,2,7\n", 1000)

func gzipped(tb testing.TB, text string) []byte {
	tb.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return packed.Bytes()
}

func zstandard(tb testing.TB, text string) []byte {
	tb.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return w.EncodeAll([]byte(text), nil)
}

func mustWrite(tb testing.TB, data []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "load")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestOpen(t *testing.T) {
	for name, data := range map[string][]byte{"plain": []byte(file), "gzip": gzipped(t, file), "zstd": zstandard(t, file)} {
		t.Run(name, func(t *testing.T) {
			in, err := panel.Open(mustWrite(t, data), nil, os.Open)
			if err != nil {
				t.Fatal(err)
			}
			s, err := panel.NewReader(in, panel.Settings{Name: in.Name, Size: in.Size}).Next()
			if err != nil || s.Load.Rows != 2 || s.Load.Repeated != 1998 {
				t.Errorf("got %v and %+v, want 2 rows, repeated 1998 times", err, s.Load)
			}
			if share, ok := in.Share(); share != 1 || !ok {
				t.Errorf("share read: got %v, %v, want 1, true", share, ok)
			}
			if err := in.Close(); err != nil {
				t.Error(err)
			}
			in, err = panel.Open("-", bytes.NewReader(data), os.Open)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := panel.NewReader(in, panel.Settings{}).Next(); err != nil || s.Load.Rows != 2 {
				t.Errorf("standard input: got %v and %+v, want 2 rows", err, s.Load)
			}
			if _, ok := in.Share(); ok {
				t.Error("the size of standard input is not known, but a share of it is")
			}
		})
	}
}

func TestOpen_Broken(t *testing.T) {
	if _, err := panel.Open(filepath.Join(t.TempDir(), "none.csv"), nil, os.Open); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v, want %v", err, os.ErrNotExist)
	}
	packed := gzipped(t, file)
	wrong := bytes.Clone(packed)
	wrong[len(wrong)-5] ^= 1 // in the length, which ends a gzip file after the checksum
	zstd := zstandard(t, file)
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"cut in the header": {packed[:5], "it is compressed, and cut off before its end"},
		"cut gzip":          {packed[:len(packed)-9], "it is compressed, and cut off before its end"},
		"cut zstd":          {zstd[:len(zstd)-9], "it is compressed, and cut off before its end"},
		"wrong checksum":    {wrong, "invalid checksum"},
	} {
		t.Run(name, func(t *testing.T) {
			in, err := panel.Open(mustWrite(t, test.data), nil, os.Open)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			_, err = panel.NewReader(in, panel.Settings{Name: in.Name}).Next()
			if !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %v with …%s…", err, capacity.ErrBadData, test.want)
			}
		})
	}
}

func TestCreate(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"new.csv", "new.csv.gz"} {
		path := filepath.Join(folder, name)
		out, err := panel.Create(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out, file); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s before it is committed: got %v, want %v", name, err, os.ErrNotExist)
		}
		if err := out.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Error(err)
		}
		in, err := panel.Open(path, nil, os.Open)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := panel.NewReader(in, panel.Settings{}).Next(); err != nil || s.Load.Repeated != 1998 {
			t.Errorf("%s: got %+v and %v, want what was written", name, s.Load, err)
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(folder, "new.csv.gz")); err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		t.Errorf("new.csv.gz: got %.2x and %v, want gzip", data, err)
	}
}

// What is given up leaves the old file, and nothing else.
func TestCreate_GivenUp(t *testing.T) {
	path := mustWrite(t, []byte("old"))
	out, err := panel.Create(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(out, file); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "old" {
		t.Errorf("got %q and %v, want the old file", data, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("got %v and %v, want one file", entries, err)
	}
}

// A device stays what it is.
func TestCreate_Device(t *testing.T) {
	out, err := panel.Create(os.DevNull, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(out, file); err != nil {
		t.Fatal(err)
	}
	if err := out.Commit(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("got %v and %v, want a device", info, err)
	}
}
