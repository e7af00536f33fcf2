// Package proof signs what a worker sends in the name of a workflow, so that another
// worker knows that no one else has sent it. The keys are the workers' alone: they are not
// those that seal payloads, which people have as well.
package proof

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// KeyBytes is the length of a key: that of the output of SHA-256.
const KeyBytes = 32

// ErrKeys says that a list of keys cannot be used.
var ErrKeys = errors.New("unusable keys")

// Keys are the keys of the workers. The first signs; every one verifies. The zero value
// has none: it signs nothing and verifies nothing.
type Keys struct {
	all [][]byte
}

// NewKey draws a key and writes it as [ParseKeys] reads it.
func NewKey() string {
	key := make([]byte, KeyBytes)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// ParseKeys reads keys with commas between, each 32 bytes in base64; an empty text has
// none. An error is an [ErrKeys], and never shows a key.
func ParseKeys(text string) (k Keys, err error) {
	if strings.TrimSpace(text) == "" {
		return k, nil
	}
	for encoded := range strings.SplitSeq(text, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if err != nil || len(key) != KeyBytes {
			return Keys{}, fmt.Errorf("key %d of the workers is not %d bytes in base64: make one with `headroom codec worker-key`: %w", len(k.all)+1, KeyBytes, ErrKeys)
		}
		k.all = append(k.all, key)
	}
	return k, nil
}

// None reports whether there is no key.
func (k Keys) None() bool { return len(k.all) == 0 }
