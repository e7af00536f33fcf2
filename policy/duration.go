package policy

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

const day = 24 * time.Hour

// ParseDuration reads a duration as Go writes it, with d for days of 24 hours
// and w for weeks besides: "5m", "48h", "28d", "1w2d". It is never negative.
func ParseDuration(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	var sum time.Duration
	rest := text
	for first := true; first || rest != ""; first = false {
		digits := span(rest, func(r rune) bool { return r == '.' || '0' <= r && r <= '9' })
		unit := span(rest[digits:], func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		part, times, err := parsePart(rest[:digits], rest[digits:digits+unit])
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration; write a number and a unit, such as 5m, 48h or 28d", shorten(text))
		}
		if part > (math.MaxInt64-sum)/times {
			return 0, fmt.Errorf("%q is longer than 292 years; shorten it", shorten(text))
		}
		sum, rest = sum+part*times, rest[digits+unit:]
	}
	return sum, nil
}

// span is the length of the front of text whose runes are all in the set.
func span(text string, in func(rune) bool) int {
	if i := strings.IndexFunc(text, func(r rune) bool { return !in(r) }); i >= 0 {
		return i
	}
	return len(text)
}

// parsePart reads one number with its unit, as a duration and a factor.
func parsePart(number, unit string) (part, times time.Duration, err error) {
	times = 1
	switch unit {
	case "w":
		unit, times = "h", 7*24
	case "d":
		unit, times = "h", 24
	}
	if number == "" || unit == "" {
		return 0, 0, errors.New("a number or a unit is missing")
	}
	part, err = time.ParseDuration(number + unit)
	return part, times, err
}

// formatDuration writes d so that ParseDuration reads it: in days from three
// days on, in the style of the file format.
func formatDuration(d time.Duration) string {
	if d >= 3*day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
