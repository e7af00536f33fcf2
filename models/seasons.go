package models

import "time"

// Seasons returns how many steps make a day and a week, for [New]. A step of a
// day leaves only the week, a longer step leaves nothing. Where the step does
// not divide a day (7 minutes, 5 hours), the nearest whole number of steps
// stands for it: the season then drifts by less than half a step each day,
// which the models that look at recent lags can bear.
func Seasons(step time.Duration) []int {
	if step <= 0 {
		return nil
	}
	var seasons []int
	for _, period := range []time.Duration{24 * time.Hour, 7 * 24 * time.Hour} {
		if m := int((period + step/2) / step); m >= 2 && period >= 2*step {
			seasons = append(seasons, m)
		}
	}
	return seasons
}
