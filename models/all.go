package models

import "headroom/capacity"

// All returns every model, those of [New] first, then those that have not
// earned a place there: they are known by name, for who wants to try them.
func All(seasons []int) []capacity.Model {
	return append(New(seasons), others(dayAndWeek(seasons))...)
}

// others is the models outside the default pool.
func others(day, week int) []capacity.Model {
	others := ridges(day, week, []ridge{
		{name: "ridge-step", log: true, difference: 1},
		{name: "ridge-linear-step", difference: 1},
		{name: "ridge-dense", log: true, dense: true},
		{name: "ridge-linear-dense", dense: true},
	})
	if day > 0 {
		others = append(others, ridges(day, week, []ridge{
			{name: "ridge-daily", log: true, difference: day},
			{name: "ridge-linear-daily", difference: day},
		})...)
	}
	others = append(others, naive2{day}, newDamped(day), theta{day}, dotm{day}, ces{day}, nlinear{day})
	if day > shortSeason {
		others = append(others, arima{day})
	}
	if week > 0 {
		others = append(others, doubleSeasonal{day, week})
	}
	return others
}
