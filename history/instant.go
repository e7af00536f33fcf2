package history

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var errNoZone = errors.New("the time has no zone; write an offset such as 2026-03-01T09:00+08:00, or set demand.timezone in the policy")

// parseInstant reads a time as text and returns nanoseconds since 1970 in UTC.
// A nil zone refuses times that name none.
func parseInstant(text string, zone *time.Location) (int64, error) {
	// The usual form has a fast path in the standard library.
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return nanoseconds(t)
	}
	if len(text) < 10 || text[4] != '-' {
		return parseEpoch(text)
	}
	bad := fmt.Errorf("%.40q is not a time; write it like 2026-03-01T09:00:00Z", text)
	date, clock := text[:10], text[10:]
	if clock == "" {
		clock = "T00:00"
	}
	if !strings.ContainsRune("Tt ", rune(clock[0])) {
		return 0, bad
	}
	clock, offset := cutOffset(clock[1:])
	if offset != "" {
		seconds, ok := parseOffset(offset)
		if !ok {
			return 0, bad
		}
		zone = time.FixedZone("", seconds)
	}
	layout := "2006-01-02 15:04:05"
	if strings.Count(clock, ":") == 1 {
		layout = "2006-01-02 15:04"
	}
	t, err := time.Parse(layout, date+" "+clock)
	if err != nil {
		return 0, bad
	}
	return onWall(t, zone)
}

// onWall reads the date and time of day of t, whose own zone means nothing, as
// what the wall clock of the zone shows.
func onWall(t time.Time, zone *time.Location) (int64, error) {
	if zone == nil {
		return 0, errNoZone
	}
	return nanoseconds(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone))
}

// nanoseconds is t since 1970, if 64 bits can hold it.
func nanoseconds(t time.Time) (int64, error) {
	if t.Year() < 1678 || t.Year() > 2261 {
		return 0, fmt.Errorf("the year %d is out of range", t.Year())
	}
	return t.UnixNano(), nil
}

// cutOffset splits a time of day from the offset behind it.
func cutOffset(clock string) (rest, offset string) {
	for _, name := range []string{"Z", "z", "UTC", "GMT"} {
		if rest, ok := strings.CutSuffix(clock, name); ok {
			return strings.TrimSpace(rest), "+00"
		}
	}
	if i := strings.IndexAny(clock, "+-"); i >= 0 {
		return strings.TrimSpace(clock[:i]), clock[i:]
	}
	return clock, ""
}

// parseOffset reads ±hh, ±hhmm and ±hh:mm as seconds east of UTC.
func parseOffset(offset string) (int, bool) {
	digits := offset[1:]
	if len(digits) == 5 && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	if len(digits) == 2 {
		digits += "00"
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || len(digits) != 4 || n%100 >= 60 || n/100 >= 24 {
		return 0, false
	}
	seconds := int(n/100*60+n%100) * 60
	if offset[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}
