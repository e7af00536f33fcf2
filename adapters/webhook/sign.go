package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"headroom/capacity"
)

// SignatureHeader is the header that holds a signature.
const SignatureHeader = "Headroom-Signature"

// tolerance is how old or how far ahead a signature may be: enough for clocks
// that differ and a slow network, too short to collect requests.
const tolerance = 5 * time.Minute

// Sign is the signature of a body at a time: "t=UNIX,v1=HEX". HEX is the
// HMAC-SHA256 (RFC 2104), keyed by the secret, of UNIX, a full stop and the
// body.
func Sign(secret, body []byte, now time.Time) string {
	at := strconv.FormatInt(now.Unix(), 10)
	return "t=" + at + ",v1=" + hex.EncodeToString(digest(secret, at, body))
}

// Verify is for receivers: it returns ErrAccess unless header is a signature of
// body with the secret, at most five minutes from now. While a secret is being
// exchanged a header may hold several v1; one that fits is enough. A GET signs
// the empty body. Within the five minutes a request can be sent again: keep the
// Idempotency-Key, and answer a known one without acting.
func Verify(secret []byte, header string, body []byte, now time.Time) error {
	if len(secret) == 0 {
		return fmt.Errorf("verify a signature: set a secret, without one anybody could sign: %w", capacity.ErrAccess)
	}
	at, offered := "", [][]byte(nil)
	for part := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "t":
			at = value
		case "v1":
			if sum, err := hex.DecodeString(value); err == nil {
				offered = append(offered, sum)
			}
		}
	}
	unix, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return fmt.Errorf("verify a signature: %s has no time t=UNIX: %w", SignatureHeader, capacity.ErrAccess)
	}
	if signed := time.Unix(unix, 0); signed.Before(now.Add(-tolerance)) || signed.After(now.Add(tolerance)) {
		return fmt.Errorf("verify a signature: it is of %s and it is now %s; check the clocks of both machines: %w",
			signed.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339), capacity.ErrAccess)
	}
	want := digest(secret, at, body)
	for _, sum := range offered {
		if hmac.Equal(sum, want) {
			return nil
		}
	}
	return fmt.Errorf("verify a signature: no v1 in %s fits; check that both sides have the same secret "+
		"and that the body is the one received, byte for byte: %w", SignatureHeader, capacity.ErrAccess)
}

func digest(secret []byte, at string, body []byte) []byte {
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(at + "."))
	sum.Write(body)
	return sum.Sum(nil)
}
