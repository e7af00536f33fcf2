package devstack

import (
	"path/filepath"
	"testing"
)

func TestFingerprint(t *testing.T) {
	base := map[string]string{"go.mod": "module m\n", "go.sum": "", "main.go": "package main\n", "sub/a.go": "package sub\n"}
	of := func(compiler string, change map[string]string) string {
		t.Helper()
		dir := t.TempDir()
		for name, content := range base {
			write(t, filepath.Join(dir, name), content)
		}
		for name, content := range change {
			write(t, filepath.Join(dir, name), content)
		}
		mark, err := fingerprint(dir, compiler)
		if err != nil {
			t.Fatal(err)
		}
		return mark
	}
	want := of("go1", nil)
	for name, test := range map[string]struct {
		compiler string
		change   map[string]string
		same     bool
	}{
		"another folder":   {"go1", nil, true},
		"a test":           {"go1", map[string]string{"main_test.go": "package main\n"}, true},
		"a note":           {"go1", map[string]string{"README.md": "text"}, true},
		"a Go file":        {"go1", map[string]string{"sub/a.go": "package sub // other\n"}, false},
		"a new Go file":    {"go1", map[string]string{"b.go": "package main\n"}, false},
		"go.sum":           {"go1", map[string]string{"go.sum": "x"}, false},
		"another compiler": {"go2", nil, false},
		"text moved":       {"go1", map[string]string{"go.mod": "module ", "go.sum": "m\n"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := of(test.compiler, test.change); (got == want) != test.same {
				t.Errorf("got %s, was %s, want the same: %t", got, want, test.same)
			}
		})
	}
}
