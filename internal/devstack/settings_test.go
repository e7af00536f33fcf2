package devstack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSettingsBinary(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	write(t, plain, "text")
	program := filepath.Join(dir, "program")
	write(t, program, "#!/bin/sh\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		binary, want, wantErr string
	}{
		"none given":  {"", "", ""},
		"a program":   {program, program, ""},
		"not there":   {filepath.Join(dir, "absent"), "", "set HEADROOM_DEVSERVER"},
		"no program":  {plain, "", "not a program"},
		"is a folder": {dir, "", "not a program"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Settings{Binary: test.binary}.binary()
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			checkError(t, err, test.wantErr)
		})
	}
}

func TestSettingsData(t *testing.T) {
	temporary, remove, err := Settings{}.data()
	if err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(temporary); !os.IsNotExist(err) {
		t.Errorf("temporary folder %q: got %v, want it removed", temporary, err)
	}

	kept, remove, err := Settings{Data: filepath.Join(t.TempDir(), "a", "b")}.data()
	if err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("folder that the user named: %v, want it kept", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// checkError checks that err is nil for an empty text and mentions it otherwise.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("got error %v, want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("got error %v, want one with %q", err, want)
	}
}
