// Package models holds the ways to forecast demand. Each is a
// [capacity.Model] with a file of its own; [New] gives all of them, simplest
// first. They are pure: the same series always gives the same forecast, bit
// for bit, and no forecast is ever negative, infinite or NaN.
package models

import (
	"headroom/capacity"
	"headroom/models/blend"
)

// New returns the pool, simplest first, for load that repeats itself after
// each of the given numbers of steps. The first season takes the part of the
// day and the second that of the week, also where the steps are no times at
// all; seasons below 2 steps or not longer than the one before are left out,
// and so is every model that needs a season that is not there.
//
// Two of them combine the others: median, and blend, which learns from a
// backtest how much each has to say.
func New(seasons []int) []capacity.Model {
	day, week := dayAndWeek(seasons)
	pool := []capacity.Model{naive{}}
	if day > 0 {
		pool = append(pool, seasonalNaive{"seasonal-naive-day", day})
	}
	if week > 0 {
		pool = append(pool, seasonalNaive{"seasonal-naive-week", week})
	}
	if day > 0 {
		pool = append(pool, linear{day})
	}
	pool = append(pool, ridges(day, week, []ridge{
		{name: "ridge", log: true},
		{name: "ridge-linear"},
		{name: "ridge-dense-step", log: true, difference: 1, dense: true},
		{name: "ridge-linear-dense-step", difference: 1, dense: true},
	})...)
	if day > 0 {
		pool = append(pool, newETS(day, week), newMSTL(day, week), harmonic{day, week})
	}
	if day <= shortSeason {
		pool = append(pool, arima{day})
	}
	return append(pool,
		blend.Model{As: "median", Trim: 0.5, Members: pool},
		blend.Model{As: "blend", Trim: 0.3, Members: pool, Learns: true},
	)
}

// shortSeason is up to how many steps a season may have for ARIMA, whose cost
// grows with it. As with a week of daily load, it is also at its best there.
const shortSeason = 12

// ridges is forms of the ridge autoregression: on the logarithm of the load or
// on the load itself, of its level or of its changes, on few or many lags. Each
// is best on some series, and none on most.
func ridges(day, week int, forms []ridge) []capacity.Model {
	var pool []capacity.Model
	for _, form := range forms {
		form.day, form.week = day, week
		pool = append(pool, form)
	}
	return pool
}

// dayAndWeek picks the seasons that take the parts of the day and of the week,
// 0 where there is none.
func dayAndWeek(seasons []int) (day, week int) {
	for _, m := range seasons {
		switch {
		case m >= 2 && day == 0:
			day = m
		case m > day && day > 0 && week == 0:
			week = m
		}
	}
	return day, week
}
