package capacitytest

import (
	"regexp"
	"testing"

	"headroom/capacity"
)

// Findings compares what is found at a target with patterns, one for each finding and
// in its order; that of a finding that blocks begins with "blocks: ".
func Findings(t *testing.T, target capacity.Inspected, want ...string) {
	t.Helper()
	found, err := target.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		text := f.Text
		if f.Blocks {
			text = "blocks: " + text
		}
		got = append(got, text)
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if ok, err := regexp.MatchString("^"+want[i], got[i]); err != nil || !ok {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
