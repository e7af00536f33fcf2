package command

import (
	"testing"
	"time"
)

// Times of one output are in one zone, also those of texts that were recorded.
func TestInZone(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	if got, want := InZone("until 2026-03-02T20:00:00Z, since 2026-03-02T20:00:00.25+08:00; 2026-13-01T00:00:00Z", zone), "until Tue 3 Mar 04:00 CST, since Mon 2 Mar 20:00 CST; 2026-13-01T00:00:00Z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
