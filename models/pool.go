// Package models holds the ways to forecast demand. Each is a
// [capacity.Model] with a file of its own; [New] gives all of them, simplest
// first. They are pure: the same series always gives the same forecast, bit
// for bit, and no forecast is ever negative, infinite or NaN.
package models

import "headroom/capacity"

// New returns the pool, simplest first, for load that repeats itself after
// each of the given numbers of steps. The first season takes the part of the
// day and the second that of the week, also where the steps are no times at
// all; seasons below 2 steps or not longer than the one before are left out,
// and so is every model that needs a season that is not there.
//
// The names are naive, seasonal-naive-day, seasonal-naive-week, linear, ridge,
// ridge-linear, ridge-daily and median.
func New(seasons []int) []capacity.Model {
	day, week := 0, 0
	for _, m := range seasons {
		switch {
		case m >= 2 && day == 0:
			day = m
		case m > day && day > 0 && week == 0:
			week = m
		}
	}
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
	ridges := []capacity.Model{
		ridge{name: "ridge", log: true, day: day, week: week},
		ridge{name: "ridge-linear", day: day, week: week},
	}
	if day > 0 {
		ridges = append(ridges, ridge{name: "ridge-daily", log: true, difference: day, day: day, week: week})
	}
	pool = append(pool, ridges...)
	if day > 0 {
		pool = append(pool, median{append(ridges, seasonalNaive{"seasonal-naive-day", day})})
	}
	return pool
}
