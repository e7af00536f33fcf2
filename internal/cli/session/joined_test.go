package session

import (
	"fmt"
	"testing"
)

func TestDiffering(t *testing.T) {
	for name, c := range map[string]struct{ here, there, want string }{
		"equal":            {"a: 1\nb: 2\n", "a: 1\nb: 2\n", "nothing in their place|nothing in their place"},
		"another value":    {"a: 1\nb: 2\n", "a: 1\nb: 3\n", "b: 2|b: 3"},
		"one line more":    {"a: 1\n  - b: 2\n", "a: 1\n", "b: 2|nothing in their place"},
		"many":             {"a\nb\nc\nd\ne\n", "x\n", "a; b; c and 2 further lines|x"},
		"one beyond a few": {"a\nb\nc\nd\n", "x\n", "a; b; c and 1 further line|x"},
		"another order":    {"a\nb\n", "b\na\n", "the same lines in another order|nothing in their place"},
	} {
		here, there := differing(c.here, c.there)
		if got := fmt.Sprintf("%s|%s", few(here), few(there)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
