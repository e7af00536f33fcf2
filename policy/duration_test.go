package policy_test

import (
	"testing"
	"time"

	"headroom/policy"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"0":       0,
		"0s":      0,
		"5m":      5 * time.Minute,
		"48h":     48 * time.Hour,
		"28d":     28 * day,
		"1w2d":    9 * day,
		"1w2d3h":  9*day + 3*time.Hour,
		"1.5d":    36 * time.Hour,
		".5w":     84 * time.Hour,
		"1h30m":   90 * time.Minute,
		"250ms":   250 * time.Millisecond,
		"10µs":    10 * time.Microsecond,
		"106751d": 106751 * day, // the longest whole number of days in 64 bits of nanoseconds
	} {
		if got, err := policy.ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseDuration_Bad(t *testing.T) {
	for _, text := range []string{"", " ", "5", "m", "5 m", "-5m", "+5m", "5m0", "1y", "d", "1.2.3d", "5m ", "٣d", "106752d", "15251w", "100000d100000d", "99999999999999999999h"} {
		if got, err := policy.ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q): got %v, want an error", text, got)
		}
	}
}
