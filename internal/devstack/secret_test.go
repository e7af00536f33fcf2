package devstack

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSecretKey(t *testing.T) {
	data := t.TempDir()
	first, err := secretKey(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := secretKey(data)
	if err != nil {
		t.Fatal(err)
	}
	other, err := secretKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// 26 characters of base32 hold the 128 bits that crypto/rand promises.
	if len(first) < 26 || again != first || other == first {
		t.Errorf("got %q, then %q, elsewhere %q; want 26 characters or more, the same, another", first, again, other)
	}
	info, err := os.Stat(filepath.Join(data, "s3-secret"))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("mode of the file: got %o, want 600", mode)
	}
	write(t, filepath.Join(data, "s3-secret"), "\n")
	_, err = secretKey(data)
	checkError(t, err, "delete it to have a new one made")
}
