package audit

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"headroom/capacity"
)

// SignedHeads are the heads of chains at one time, signed, to be kept where nobody who can
// write to the store can reach them. A chain that no longer holds the record that they
// name was replaced, or all of it was put back to an earlier time, which nothing in the
// store itself can show.
type SignedHeads struct {
	At    time.Time
	Heads []SignedHead
}

// A SignedHead is the newest record of a service's chain when it was signed.
type SignedHead struct {
	Service  string
	Sequence int64
	SHA256   string
}

// headsPrefix begins what is signed of heads, so that a signature is good for nothing
// else.
const headsPrefix = "headroom heads of audits\n"

// Sign encodes heads in two lines: the heads in JSON, and their Ed25519 signature in
// base64.
func (h SignedHeads) Sign(key ed25519.PrivateKey) ([]byte, error) {
	data, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode the heads: %w", err)
	}
	signature := ed25519.Sign(key, append([]byte(headsPrefix), data...))
	return fmt.Appendf(nil, "%s\n%s\n", data, base64.StdEncoding.EncodeToString(signature)), nil
}

// OpenSigned reads what Sign has encoded. It returns ErrBadData for one that the key has
// not signed.
func OpenSigned(text []byte, key ed25519.PublicKey) (h SignedHeads, err error) {
	data, line, _ := strings.Cut(string(text), "\n")
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
	if err != nil || !ed25519.Verify(key, []byte(headsPrefix+data), signature) {
		return h, fmt.Errorf("the heads are not signed by this key, or were changed since: %w", capacity.ErrBadData)
	}
	if err := json.Unmarshal([]byte(data), &h); err != nil {
		return h, fmt.Errorf("decode the heads: %w: %w", err, capacity.ErrBadData)
	}
	return h, nil
}

// VerifySigned is [Verify] for a head that was signed: it is an ErrBadData as well if the
// chain does not hold its record.
func VerifySigned(ctx context.Context, store capacity.Store, head SignedHead) (Verification, error) {
	v, err := Verify(ctx, store, head.Service, head.SHA256)
	switch {
	case err == nil || v.Known || v.Newest == 0:
		return v, err
	case v.Newest < head.Sequence:
		return v, fmt.Errorf("record %d of the audit of %q was signed, and the chain ends with record %d: it was put back to an earlier time or cut short: %w", head.Sequence, head.Service, v.Newest, capacity.ErrBadData)
	case v.First > head.Sequence && v.Records == v.Newest-v.First+1:
		return v, fmt.Errorf("record %d of the audit of %q was signed, and the oldest that is kept is record %d: verify with a newer file of signed heads, or find out who let it go: %w", head.Sequence, head.Service, v.First, capacity.ErrBadData)
	}
	return v, err
}
