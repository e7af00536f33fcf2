// Package codec seals what Temporal keeps of a run: inputs, results, heartbeat
// details, summaries and messages of failures are encrypted before they leave
// the process, and opened in it again. Temporal sees none of them in clear.
//
// What Temporal itself must read stays in clear: workflow IDs and search
// attributes, which hold the names of services, and the names of activities
// and of errors.
package codec

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// KeyBytes is the length of a key: AES-256.
const KeyBytes = 32

// ErrKeys says that a list of keys cannot be used.
var ErrKeys = errors.New("unusable keys")

// Keys are the keys of a process. The first seals; every one opens what it has
// sealed. The zero value has none.
type Keys struct {
	first string // its name
	all   map[string]cipher.AEAD
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// ParseKeys reads keys, one on a line: a name, a colon and 32 bytes in base64.
// The first one seals. Empty lines and those that begin with # say nothing. An
// error is an [ErrKeys]; it names the line, and never shows a key.
func ParseKeys(text string) (Keys, error) {
	k := Keys{all: map[string]cipher.AEAD{}}
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, encoded, found := strings.Cut(line, ":")
		if !found || !nameForm.MatchString(name) {
			return Keys{}, fmt.Errorf("line %d of the keys: write NAME:BASE64, the name of letters, digits and . _ -: %w", n, ErrKeys)
		}
		if _, known := k.all[name]; known {
			return Keys{}, fmt.Errorf("line %d of the keys: a key %q is there already: give each key a name of its own: %w", n, name, ErrKeys)
		}
		sealer, err := newSealer(strings.TrimSpace(encoded))
		if err != nil {
			return Keys{}, fmt.Errorf("line %d of the keys: key %q %w: make one with `headroom codec key`: %w", n, name, err, ErrKeys)
		}
		if k.first == "" {
			k.first = name
		}
		k.all[name] = sealer
	}
	if err := lines.Err(); err != nil {
		return Keys{}, fmt.Errorf("read the keys: %w: %w", err, ErrKeys)
	}
	if k.first == "" {
		return Keys{}, fmt.Errorf("there is no key: make one with `headroom codec key`: %w", ErrKeys)
	}
	return k, nil
}

// newSealer makes what seals with a key. Its errors do not quote the key.
func newSealer(encoded string) (cipher.AEAD, error) {
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, errors.New("is not base64")
	}
	if len(key) != KeyBytes {
		return nil, fmt.Errorf("has %d bytes, not %d", len(key), KeyBytes)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// None reports whether there is no key, so that nothing is sealed.
func (k Keys) None() bool { return k.first == "" }

// First is the name of the key that seals.
func (k Keys) First() string { return k.first }
