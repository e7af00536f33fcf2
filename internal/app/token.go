package app

import (
	"fmt"
	"os"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/internal/proof"
)

// A Token is what proves who uses the command line.
type Token struct {
	token  string
	public proof.PublicKey // of the workers
}

// TokenFrom reads an OIDC token from HEADROOM_TOKEN, or from the file that
// HEADROOM_TOKEN_FILE names; there may be none. Temporal keeps what it is sent, so a token
// is sealed by the public key in HEADROOM_WORKER_PUBLIC_KEY: without one, the error is
// ErrRefused.
func TokenFrom(lookup func(string) (string, bool)) (t Token, err error) {
	t.token, _ = lookup("HEADROOM_TOKEN")
	if file, _ := lookup("HEADROOM_TOKEN_FILE"); t.token == "" && file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return Token{}, fmt.Errorf("read the token that HEADROOM_TOKEN_FILE names: %w", err)
		}
		t.token = strings.TrimSpace(string(data))
	}
	public, _ := lookup("HEADROOM_WORKER_PUBLIC_KEY")
	if t.public, err = proof.ParsePublicKey(public); err != nil {
		return Token{}, fmt.Errorf("HEADROOM_WORKER_PUBLIC_KEY: %w", err)
	}
	if t.token != "" && t.public.None() {
		return Token{}, fmt.Errorf("a token is only sent so that nobody but the workers can read it: set HEADROOM_WORKER_PUBLIC_KEY to what `headroom codec public-key` prints with their key, or unset HEADROOM_TOKEN and HEADROOM_TOKEN_FILE: %w", capacity.ErrRefused)
	}
	return t, nil
}

// For is the token for one request, sealed: the update of a name, or the start of a
// workflow of a type, under a workflow ID. Empty: there is none.
func (t Token) For(id, operation string) (string, error) {
	if t.token == "" {
		return "", nil
	}
	return t.public.Seal(t.token, proof.Use{Workflow: id, Operation: operation}, time.Now())
}
