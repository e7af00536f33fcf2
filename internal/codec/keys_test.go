package codec_test

import (
	"errors"
	"strings"
	"testing"

	"headroom/internal/codec"
)

func TestParseKeys(t *testing.T) {
	keys, err := codec.ParseKeys("# ours\n\n" + fresh + "\n  " + old + "\n")
	if err != nil || keys.First() != "2026-06-01" || keys.None() {
		t.Errorf("got first %q, %v, want 2026-06-01", keys.First(), err)
	}
	_, secret, _ := strings.Cut(old, ":")
	for text, want := range map[string]string{
		"":                              "no key",
		"# only a comment":              "no key",
		secret:                          "line 1",
		"a b:" + secret:                 "NAME:BASE64",
		"a:" + secret + "\na:" + secret: `"a" is there already`,
		"a:" + secret[:20]:              "not 32",
		"\na:?" + secret[1:]:            `line 2 of the keys: key "a" is not base64`,
	} {
		_, err := codec.ParseKeys(text)
		if !errors.Is(err, codec.ErrKeys) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), secret[1:20]) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
}
