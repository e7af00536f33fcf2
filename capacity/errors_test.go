package capacity_test

import (
	"errors"
	"testing"

	"headroom/capacity"
)

func TestRefusal(t *testing.T) {
	for reason, want := range map[string]string{
		"web is not paused":                                       "web is not paused: refused by policy",
		"ann may not pause it: refused by policy":                 "ann may not pause it: refused by policy",
		"ann may not: refused by policy: refused by policy":       "ann may not: refused by policy",
		"refused by policy in January, and allowed from February": "refused by policy in January, and allowed from February: refused by policy",
	} {
		if err := capacity.Refusal(reason); err.Error() != want || !errors.Is(err, capacity.ErrRefused) {
			t.Errorf("%q: got %v, want %q", reason, err, want)
		}
	}
}
