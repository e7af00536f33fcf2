package models

import "headroom/capacity"

// All returns every model, those of [New] first, then those that have not
// earned a place there: they are known by name, for who wants to try them.
func All(seasons []int) []capacity.Model {
	return append(New(seasons), others(dayAndWeek(seasons))...)
}

// others is the models outside the default pool.
func others(day, week int) []capacity.Model {
	others := []capacity.Model{newETS(day, week), newDamped(day), naive2{day}, theta{day}, dotm{day}, arima{day}, ces{day}}
	if day > 0 {
		others = append(others, newMSTL(day, week), harmonic{day, week})
	}
	if week > 0 {
		others = append(others, doubleSeasonal{day, week})
	}
	return others
}
