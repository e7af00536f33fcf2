package devstack

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// fingerprint names what a build of the module in dir depends on: its go.mod,
// go.sum and Go files, and the compiler. Tests are not part of the program.
func fingerprint(dir, compiler string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%q\n", strings.TrimSpace(compiler), buildFlags)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !isInput(entry.Name()) {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return add(sum, filepath.ToSlash(name), path)
	})
	if err != nil {
		return "", fmt.Errorf("read the source of devserver in %q: %w", dir, err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func isInput(name string) bool {
	return name == "go.mod" || name == "go.sum" || strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// add writes the name and the length before the content, so that moving text
// from one file to another changes the sum.
func add(sum io.Writer, name, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(sum, "%s %d\n", name, len(content))
	_, err = sum.Write(content)
	return err
}
