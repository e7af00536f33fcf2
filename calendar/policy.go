package calendar

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// SettingsFor is what a policy says of the calendar. It returns
// [capacity.ErrBadPolicy] if the time zone is unknown.
func SettingsFor(p capacity.Policy) (Settings, error) {
	zone, err := time.LoadLocation(p.Demand.Timezone)
	if err != nil {
		return Settings{}, fmt.Errorf("demand.timezone %q: %w: %w", p.Demand.Timezone, err, capacity.ErrBadPolicy)
	}
	return Settings{Zone: zone, Countries: p.Forecast.Calendar, Events: p.Events, Aggregate: p.Demand.Aggregate}, nil
}
