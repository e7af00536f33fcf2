package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestParse_FreezeDays: a date is the whole day on the wall clock of its zone,
// however long that is. The changes of clocks are those of the tz database.
func TestParse_FreezeDays(t *testing.T) {
	for name, tc := range map[string]struct{ zone, days, from, to string }{
		"one day":                    {"UTC", "2026-12-24..2026-12-24", "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z"},
		"spaces":                     {"UTC", "2026-12-24 .. 2026-12-26", "2026-12-24T00:00:00Z", "2026-12-27T00:00:00Z"},
		"over the year":              {"Asia/Shanghai", "2026-12-31..2027-01-01", "2026-12-30T16:00:00Z", "2027-01-01T16:00:00Z"},
		"day of 23 hours":            {"Europe/Berlin", "2026-03-29..2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		"day of 25 hours":            {"Europe/Berlin", "2026-10-25..2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		"no midnight, west":          {"America/Santiago", "2026-09-06..2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"},
		"no midnight, east":          {"Asia/Beirut", "2026-03-29..2026-03-29", "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"},
		"ends before no midnight":    {"America/Santiago", "2026-09-05..2026-09-05", "2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z"},
		"two midnights, west":        {"America/Havana", "2026-11-01..2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		"two midnights, east":        {"Asia/Amman", "2021-10-29..2021-10-29", "2021-10-28T21:00:00Z", "2021-10-29T22:00:00Z"},
		"put back to the day before": {"Asia/Beirut", "2026-10-24..2026-10-24", "2026-10-23T21:00:00Z", "2026-10-24T22:00:00Z"},
		"day and time":               {"Europe/Berlin", "2026-12-31..2027-01-01T06:00", "2026-12-30T23:00:00Z", "2027-01-01T05:00:00Z"},
		"time of another zone":       {"Europe/Berlin", "2026-12-31T18:00+08:00..2026-12-31", "2026-12-31T10:00:00Z", "2026-12-31T23:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(least, "chat/}", "chat/, timezone: "+tc.zone+"}", 1) + fmt.Sprintf("control: {freeze: [%q]}", tc.days)
			p, _ := mustParse(t, text)
			w := p.Control.Freeze.Windows[0]
			if from, to := w.From.Format(time.RFC3339), w.To.Format(time.RFC3339); from != tc.from || to != tc.to {
				t.Errorf("got %s to %s, want %s to %s", from, to, tc.from, tc.to)
			}
		})
	}
}
