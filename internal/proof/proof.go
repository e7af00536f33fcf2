package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"headroom/capacity"
)

// A Request is what a proof covers beside its sender: it proves nothing of another one.
type Request struct {
	ID        string // of the update or run that carries it
	Service   string
	Operation string
	Order     any // what exactly is asked for, as JSON writes it
}

// A Sender is who has signed, and until when that counts.
type Sender struct {
	Workflow string    // the ID of the workflow
	Run      string    `json:",omitempty"` // the ID of its run, which must be running; empty: none has to
	Expires  time.Time `json:",omitzero"`  // zero: never
}

// prefix begins a proof; no token of a provider of identities begins so.
const prefix = "proof:"

// Is reports whether a token is a proof, or says so.
func Is(token string) bool { return strings.HasPrefix(token, prefix) }

// Sign proves that the sender makes the request. Without a key the proof is empty.
func (k Keys) Sign(s Sender, r Request) (string, error) {
	if k.None() {
		return "", nil
	}
	sender, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("sign a request: %w", err)
	}
	mac, err := sign(k.all[0], sender, r)
	if err != nil {
		return "", err
	}
	return prefix + base64.RawURLEncoding.EncodeToString(sender) + "." + base64.RawURLEncoding.EncodeToString(mac), nil
}

// Verify returns who has signed the request. It returns ErrRefused if no key has signed
// exactly this, or if the proof has expired.
func (k Keys) Verify(token string, r Request, now time.Time) (s Sender, err error) {
	first, second, _ := strings.Cut(strings.TrimPrefix(token, prefix), ".")
	sender, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return s, fmt.Errorf("the proof cannot be read: %w", capacity.ErrRefused)
	}
	mac, err := base64.RawURLEncoding.DecodeString(second)
	if err != nil || json.Unmarshal(sender, &s) != nil {
		return Sender{}, fmt.Errorf("the proof cannot be read: %w", capacity.ErrRefused)
	}
	if k.None() {
		return Sender{}, fmt.Errorf("this worker has no key to verify the proof of a workflow by: set HEADROOM_WORKER_KEY at all workers: %w", capacity.ErrRefused)
	}
	for _, key := range k.all {
		is, err := sign(key, sender, r)
		if err != nil {
			return Sender{}, err
		}
		if !hmac.Equal(is, mac) {
			continue
		}
		if !s.Expires.IsZero() && now.After(s.Expires) {
			return Sender{}, fmt.Errorf("the proof of %s expired at %s: %w", s.Workflow, s.Expires.UTC().Format(time.RFC3339), capacity.ErrRefused)
		}
		return s, nil
	}
	return Sender{}, fmt.Errorf("the proof is not one of a worker for this request: it is forged, was made for another one, or the workers have different keys in HEADROOM_WORKER_KEY: %w", capacity.ErrRefused)
}

// sign is the HMAC of a sender, as encoded, and of a request.
func sign(key, sender []byte, r Request) ([]byte, error) {
	order, err := canonical(r.Order)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(order)
	covered, err := json.Marshal([]string{string(sender), r.ID, r.Service, r.Operation, hex.EncodeToString(sum[:])})
	if err != nil {
		return nil, fmt.Errorf("sign a request: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(covered)
	return mac.Sum(nil), nil
}

// canonical is a value as JSON with sorted keys: it is the same of a struct and of what
// was decoded from it.
func canonical(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode a request: %w", err)
	}
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, fmt.Errorf("encode a request: %w", err)
	}
	return json.Marshal(plain)
}
