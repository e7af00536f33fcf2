package policy

import (
	"time"

	"headroom/capacity"
)

// maxHorizon bounds the horizon: no forecast of load by the minute is worth
// acting on further ahead.
const maxHorizon = 14 * day

// A yardstick is what models are compared by.
type yardstick string

const (
	byError yardstick = "error"
	byCost  yardstick = "cost" // of what their plans would have cost
)

// formatYardstick writes whether models are compared by cost.
func formatYardstick(cost bool) string {
	if cost {
		return string(byCost)
	}
	return string(byError)
}

func (f *file) outlook(top *section, step time.Duration) capacity.Outlook {
	var o capacity.Outlook
	s := top.sub("forecast", "")
	o.Horizon = optional(s, "horizon", duration(time.Second), "48h", "today and tomorrow, so that each plan sees a whole day beyond the next")
	o.Retrain = optional(s, "retrain", sometimes, "0 3 * * *", "every night, when load is low in most places")
	o.Calendar = optional(s, "calendar", countries, noHolidays, "holidays differ: name the countries that the load comes from")
	o.ByCost = optional(s, "promoteBy", oneOf(byError, byCost), string(byError), "a forecast that errs less serves any objective") == byCost
	switch line, _ := s.has("horizon"); {
	case step == 0 || o.Horizon == 0:
	case o.Horizon%step != 0:
		f.wrong(line, "forecast.horizon", "%s is no multiple of the step %s; make it one", formatDuration(o.Horizon), formatDuration(step))
	case o.Horizon > maxHorizon:
		f.wrong(line, "forecast.horizon", "%s is too far ahead; make it %s or less", formatDuration(o.Horizon), formatDuration(maxHorizon))
	}
	return o
}
