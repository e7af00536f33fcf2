package command

import (
	"strings"
	"testing"
	"unicode"
)

func TestEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"a launch":            "a launch",
		"préparé, “now” → 3…": "préparé, “now” → 3…",
		"one\ntwo":            `one\ntwo`,
		"\x1b]0;owned\a":      `\x1b]0;owned\a`,
		"a\tb\rc":             `a\tb\rc`,
		"\u202eevil":          `\u202eevil`,
		"\x00\x7f\u009b":      `\x00\x7f\u009b`,
		"bad \xff byte":       "bad \ufffd byte",
	} {
		if got := Escaped(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzEscaped(f *testing.F) {
	f.Add("\x1b[2J\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got := Escaped(text); strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q: %q has characters that do not print", text, got)
		}
	})
}
