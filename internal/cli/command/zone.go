package command

import (
	"regexp"
	"time"
)

// Moment writes a time with its day and zone.
const Moment = "Mon 2 Jan 15:04 MST"

var recordedTime = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)

// InZone is a text that was recorded, with its times in a zone, so that all times of one
// output are.
func InZone(text string, zone *time.Location) string {
	return recordedTime.ReplaceAllStringFunc(text, func(found string) string {
		at, err := time.Parse(time.RFC3339Nano, found)
		if err != nil {
			return found
		}
		return at.In(zone).Format(Moment)
	})
}

// ZoneOf is the named zone, or UTC if this machine does not know it.
func ZoneOf(timezone string) *time.Location {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}
