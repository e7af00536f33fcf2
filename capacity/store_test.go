package capacity_test

import (
	"errors"
	"testing"

	"headroom/capacity"
)

func TestRefCheck(t *testing.T) {
	ref := capacity.RefTo("a/b", []byte("abc"))
	// FIPS 180-2, appendix B.1: the SHA-256 of "abc".
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if ref.SHA256 != want || ref.Size != 3 {
		t.Errorf("reference is %+v, want hash %s and 3 bytes", ref, want)
	}
	if err := ref.Check([]byte("abc")); err != nil {
		t.Errorf("the same bytes are refused: %v", err)
	}
	for _, data := range []string{"abd", "ab", ""} {
		if err := ref.Check([]byte(data)); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("error for %q is %v, want %v", data, err, capacity.ErrBadData)
		}
	}
}
