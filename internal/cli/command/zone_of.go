package command

import (
	"time"
)

// ZoneOf is the named zone, or UTC if this machine does not know it.
func ZoneOf(timezone string) *time.Location {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}
