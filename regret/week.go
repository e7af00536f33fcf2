package regret

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// Week is the last whole week before now: from Monday to Monday, midnight on
// the clock of the zone.
func Week(now time.Time, zone *time.Location) capacity.Window {
	at := now.In(zone)
	monday := at.Day() - (int(at.Weekday())+6)%7
	return capacity.Window{
		From: time.Date(at.Year(), at.Month(), monday-7, 0, 0, 0, 0, zone),
		To:   time.Date(at.Year(), at.Month(), monday, 0, 0, 0, 0, zone),
	}
}

// Label names a window in a key: a whole week as ISO 8601 does, such as
// 2026-W11, and any other by its ends in UTC.
func Label(w capacity.Window, zone *time.Location) string {
	if week := Week(w.To, zone); week.From.Equal(w.From) && week.To.Equal(w.To) {
		year, number := w.From.In(zone).ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, number)
	}
	const compact = "20060102T150405Z"
	return w.From.UTC().Format(compact) + "-" + w.To.UTC().Format(compact)
}
