package devstack

import (
	"bytes"
	"testing"
	"time"
)

func TestProgressLine(t *testing.T) {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	p := &progress{out: new(bytes.Buffer), start: start, verb: "fetching modules"}
	p.step()
	if got, want := p.line(start.Add(2*time.Second)), "  2s: fetching modules, 1 so far"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.phase(1782)
	p.step()
	p.step()
	if got, want := p.line(start.Add(90*time.Second)), "  1m30s: compiling packages, 2 of at most 1782"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
