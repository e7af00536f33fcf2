package proof

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"headroom/capacity"
)

// sealedPrefix begins a sealed token; no token of a provider of identities begins so.
const sealedPrefix = "sealed:"

// A Use is the request that a token is sealed for: it is of no use for another.
type Use struct {
	Workflow  string // the workflow ID that it is sent to
	Operation string // the name of the update, or the type of the workflow that is started
}

// info binds what is sealed to its use, and to this use of the key.
func (u Use) info() ([]byte, error) {
	return json.Marshal([]string{"headroom token v1", u.Workflow, u.Operation})
}

// sealedFor is how long a sealed token counts: long enough for an admission that is tried
// again, and for clocks that differ.
const sealedFor = 10 * time.Minute

// A PublicKey seals the tokens of people for workers (HPKE, RFC 9180). The zero value is
// none.
type PublicKey struct{ key hpke.PublicKey }

// A sealedToken is what only workers can read.
type sealedToken struct {
	Token   string
	Expires time.Time
}

// Public is the public key of the first of the keys, as [ParsePublicKey] reads it. Without
// a key it is empty.
func (k Keys) Public() (string, error) {
	if k.None() {
		return "", nil
	}
	private, err := k.private(0)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(private.PublicKey().Bytes()), nil
}

// private is the key that opens what the public key of one of the keys has sealed.
func (k Keys) private(i int) (hpke.PrivateKey, error) {
	private, err := hpke.DHKEM(ecdh.X25519()).DeriveKeyPair(k.all[i])
	if err != nil {
		return nil, fmt.Errorf("derive the key that opens tokens: %w", err)
	}
	return private, nil
}

// ParsePublicKey reads what [Keys.Public] writes; an empty text is no key. An error is an
// [ErrKeys].
func ParsePublicKey(text string) (p PublicKey, err error) {
	if text = strings.TrimSpace(text); text == "" {
		return p, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		p.key, err = hpke.DHKEM(ecdh.X25519()).NewPublicKey(data)
	}
	if err != nil {
		return PublicKey{}, fmt.Errorf("the public key of the workers cannot be read: print it with `headroom codec public-key`: %w", ErrKeys)
	}
	return p, nil
}

// None reports whether there is no key.
func (p PublicKey) None() bool { return p.key == nil }

// Seal makes a token readable for workers alone, for one request: they take each sealed
// token once.
func (p PublicKey) Seal(token string, u Use, now time.Time) (string, error) {
	info, err := u.info()
	if err != nil {
		return "", fmt.Errorf("seal the token: %w", err)
	}
	data, err := json.Marshal(sealedToken{token, now.Add(sealedFor)})
	if err == nil {
		data, err = hpke.Seal(p.key, hpke.HKDFSHA256(), hpke.AES256GCM(), info, data)
	}
	if err != nil {
		return "", fmt.Errorf("seal the token: %w", err)
	}
	return sealedPrefix + base64.RawURLEncoding.EncodeToString(data), nil
}

// Sealed reports whether a token is sealed, or says so.
func Sealed(token string) bool { return strings.HasPrefix(token, sealedPrefix) }

// Open reads a token that was sealed for a use. The hash is the same for all texts of the
// same sealed token. It returns ErrRefused if none of the keys can, or if it has expired.
func (k Keys) Open(sealed string, u Use, now time.Time) (token, hash string, err error) {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(sealed, sealedPrefix))
	info, failed := u.info()
	if failed != nil {
		return "", "", failed
	}
	for i := range k.all {
		private, failed := k.private(i)
		if failed != nil {
			return "", "", failed
		}
		clear, failed := hpke.Open(private, hpke.HKDFSHA256(), hpke.AES256GCM(), info, data)
		if err != nil || failed != nil {
			continue
		}
		var t sealedToken
		if json.Unmarshal(clear, &t) != nil {
			break
		}
		if now.After(t.Expires) {
			return "", "", fmt.Errorf("the request was made too long ago, or the clocks differ: send it again: %w", capacity.ErrRefused)
		}
		sum := sha256.Sum256(data) // the text can be written in several ways
		return t.Token, hex.EncodeToString(sum[:]), nil
	}
	return "", "", fmt.Errorf("the token was sealed for another request, or not for these workers: send the command again, and set HEADROOM_WORKER_PUBLIC_KEY to what `headroom codec public-key` prints with their key: %w", capacity.ErrRefused)
}
