package app

import (
	"fmt"
	"os"
	"strings"

	"headroom/capacity"
)

// Token is what proves who uses the command line: an OIDC token in HEADROOM_TOKEN,
// or in the file that HEADROOM_TOKEN_FILE names; empty if there is none. Temporal
// keeps what it is sent, so a token is only sent where that is sealed: otherwise
// the error is ErrRefused.
func Token(lookup func(string) (string, bool), s Settings) (string, error) {
	token, _ := lookup("HEADROOM_TOKEN")
	if file, _ := lookup("HEADROOM_TOKEN_FILE"); token == "" && file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read the token that HEADROOM_TOKEN_FILE names: %w", err)
		}
		token = strings.TrimSpace(string(data))
	}
	if token != "" && s.Keys.None() {
		return "", fmt.Errorf("a token is only sent encrypted, and there are no keys: set HEADROOM_CODEC_KEY_FILE here and at the workers, or unset HEADROOM_TOKEN: %w", capacity.ErrRefused)
	}
	return token, nil
}
