package history

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/itchyny/timefmt-go"
)

var errNoZone = errors.New("the time has no zone; write an offset such as 2026-03-01T09:00+08:00, or set demand.timezone in the policy (--timezone)")

// A stamp is a time as nanoseconds since 1970 in UTC. Later is a second instant
// at which the wall clock shows the same, where it was put back, and otherwise 0.
type stamp struct{ at, later int64 }

// A timeReader reads times as text.
type timeReader struct {
	zone   *time.Location // of times without one; nil: they are an error
	format string         // in which they are written; empty: it is recognised
	counts time.Duration  // what an integer below maxCount counts; 0: integers are seconds since 1970
}

// maxCount is the largest integer that can number steps. As seconds since 1970 it
// would be a time in 1973, before load was measured.
const maxCount = 100_000_000

// read reads a time.
func (r timeReader) read(text string) (stamp, error) {
	if r.format != "" {
		return r.formatted(text)
	}
	// The usual form has a fast path in the standard library.
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return nanoseconds(t)
	}
	bad := fmt.Errorf("%.40q is not a time; write it like 2026-03-01T09:00:00Z, or say how it is written by demand.timeFormat (--time-format), such as %%m/%%d/%%Y %%H:%%M", text)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && !looksLikeDate(n) {
		return r.count(n)
	}
	if len(text) >= 13 && text[8] == 'T' && digits(text[:8]) {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:8] + "T" + basicClock(text[9:])
	}
	date, clock, ok := cutDate(text)
	if !ok {
		if strings.Count(text, "/") == 2 || strings.Count(text, "-") == 2 {
			return stamp{}, bad
		}
		at, err := parseEpoch(text)
		return stamp{at: at}, err
	}
	if clock == "" {
		clock = "T00:00"
	}
	if !strings.ContainsRune("Tt ", rune(clock[0])) {
		return stamp{}, bad
	}
	zone := r.zone
	clock, offset := cutOffset(clock[1:])
	if offset != "" {
		seconds, ok := parseOffset(offset)
		if !ok {
			return stamp{}, bad
		}
		zone = time.FixedZone("", seconds)
	}
	layout := "2006-01-02 15:04:05"
	if strings.Count(clock, ":") == 1 {
		layout = "2006-01-02 15:04"
	}
	t, err := time.Parse(layout, date+" "+strings.Replace(clock, ",", ".", 1))
	if err != nil {
		return stamp{}, bad
	}
	return onWall(t, zone)
}

// count reads an integer: a number of steps, or a time since 1970.
func (r timeReader) count(n int64) (stamp, error) {
	if r.counts > 0 && -maxCount < n && n < maxCount && !looksLikeDate(n) {
		at, err := fit(n, r.counts)
		return stamp{at: at}, err
	}
	at, err := intEpoch(n)
	return stamp{at: at}, err
}

// formatted reads a time in the given format.
func (r timeReader) formatted(text string) (stamp, error) {
	t, err := timefmt.Parse(text, r.format)
	if err != nil {
		return stamp{}, fmt.Errorf("%.40q is not written as demand.timeFormat %q says", text, r.format)
	}
	if strings.Contains(r.format, "%z") || strings.Contains(r.format, "%Z") || strings.Contains(r.format, "%s") {
		return nanoseconds(t)
	}
	return onWall(t, r.zone)
}

// cutDate splits a date from what is behind it, and writes it as 2006-01-02. It
// takes 2006-01-02, 2006/01/02 and 02.01.2006, which mean one day only.
func cutDate(text string) (date, rest string, ok bool) {
	if len(text) < 10 {
		return "", text, false
	}
	date, rest = text[:10], text[10:]
	switch {
	case date[4] == '-' && date[7] == '-':
		return date, rest, true
	case date[4] == '/' && date[7] == '/':
		return strings.ReplaceAll(date, "/", "-"), rest, true
	case date[2] == '.' && date[5] == '.' && digits(date[6:10]):
		return date[6:10] + "-" + date[3:5] + "-" + date[:2], rest, true
	}
	return "", text, false
}

// basicClock writes a time of day without colons, such as 093000Z, with them.
func basicClock(clock string) string {
	n := len(clock) - len(strings.TrimLeft(clock, "0123456789"))
	switch n {
	case 4:
		return clock[:2] + ":" + clock[2:]
	case 6:
		return clock[:2] + ":" + clock[2:4] + ":" + clock[4:]
	}
	return clock
}

// onWall reads the date and time of day of t, whose own zone means nothing, as
// what the wall clock of the zone shows. A time that the clock skips is refused,
// but for midnight, which stands for the beginning of its day.
func onWall(t time.Time, zone *time.Location) (stamp, error) {
	if zone == nil {
		return stamp{}, errNoZone
	}
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	const day = 24 * time.Hour
	before, after := offsetAt(wall.Add(-day), zone), offsetAt(wall.Add(day), zone)
	first := wall.Add(-max(before, after))
	if before == after {
		return nanoseconds(first)
	}
	last := wall.Add(-min(before, after))
	shows := func(u time.Time) bool { return u.Add(offsetAt(u, zone)).Equal(wall) }
	switch {
	case shows(first) && shows(last):
		s, err := nanoseconds(first)
		s.later = last.UnixNano()
		return s, err
	case shows(first):
		return nanoseconds(first)
	case shows(last):
		return nanoseconds(last)
	case wall.Equal(wall.Truncate(day)):
		return nanoseconds(startOfDay(wall, last, zone))
	}
	return stamp{}, fmt.Errorf("the clock of %s never showed %s, since it was put forward then; the times are in another zone: correct demand.timezone (--timezone), or write offsets", zone, wall.Format("2006-01-02 15:04:05"))
}

// startOfDay is the first instant of a day whose midnight the clock skips: last
// is the instant at which it would have been, by the clock before the change.
func startOfDay(wall, last time.Time, zone *time.Location) time.Time {
	for u := last.Add(-3 * time.Hour); u.Before(last.Add(3 * time.Hour)); u = u.Add(time.Minute) {
		if !u.Add(offsetAt(u, zone)).Before(wall) {
			return u
		}
	}
	return last
}

// offsetAt is how far the clock of the zone is ahead of UTC at an instant.
func offsetAt(t time.Time, zone *time.Location) time.Duration {
	_, east := t.In(zone).Zone()
	return time.Duration(east) * time.Second
}

// nanoseconds is t since 1970, if 64 bits can hold it.
func nanoseconds(t time.Time) (stamp, error) {
	if t.Year() < 1678 || t.Year() > 2261 {
		return stamp{}, fmt.Errorf("the year %d is out of range", t.Year())
	}
	return stamp{at: t.UnixNano()}, nil
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
