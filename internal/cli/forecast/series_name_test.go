package forecast

import (
	"testing"
)

func TestNamed(t *testing.T) {
	for id, want := range map[string]bool{"=cmd|' /C calc'!A0": true, "@SUM(1)": true, "+x": true, "-x": true, "web": false, "-1": false, "+1e3": false, "": false, "a=b": false} {
		if got := formula(id); got != want {
			t.Errorf("%q is a formula: got %t, want %t", id, got, want)
		}
	}
}
