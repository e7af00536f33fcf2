package capacity_test

import (
	"errors"
	"testing"

	"headroom/capacity"
)

func TestRefusal(t *testing.T) {
	for reason, want := range map[string]string{
		"web is not paused":                             "web is not paused: refused",
		"ann may not pause it: refused":                 "ann may not pause it: refused",
		"ann may not: refused: refused":                 "ann may not: refused",
		"refused in January, and allowed from February": "refused in January, and allowed from February: refused",
	} {
		if err := capacity.Refusal(reason); err.Error() != want || !errors.Is(err, capacity.ErrRefused) {
			t.Errorf("%q: got %v, want %q", reason, err, want)
		}
	}
}
