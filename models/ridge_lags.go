package models

import (
	"slices"
)

// lags lists the sets of lags to try, ascending inside a set, the richest set
// first.
func (m ridge) lags() [][]int {
	around := func(centre, reach int) []int {
		var lags []int
		for lag := max(1, centre-reach); lag <= centre+reach; lag++ {
			lags = append(lags, lag)
		}
		return lags
	}
	set := []int{1, 2, 3, 4}
	if m.dense {
		for lag := 5; lag <= min(m.day+2, 26); lag++ {
			set = append(set, lag)
		}
	}
	if m.day > 0 {
		set = append(set, around(m.day, 2)...)
	}
	groups := [][]int{set}
	if m.day > 0 {
		groups = append(groups, around(2*m.day, 1))
	}
	if m.week > 0 {
		groups = append(groups, append(around(m.week, 2), around(m.week+m.day, 1)...))
	}
	var sets [][]int
	for n := range groups {
		lags := slices.Concat(groups[:n+1]...)
		slices.Sort(lags)
		sets = append(sets, slices.Compact(lags))
	}
	slices.Reverse(sets)
	return sets
}
