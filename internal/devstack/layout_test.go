//go:build unix

package devstack

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStart_NotADevserver(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	write(t, program, "#!/bin/sh\necho hello\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Settings{Binary: program})
	checkError(t, err, "not a devserver of Headroom")
	checkError(t, err, `it said "hello`)
}
