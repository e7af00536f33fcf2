package main

import "headroom/capacity"

// originsPerSeries is how many forecasts are made of each series of the cloud
// suite.
const originsPerSeries = 8

// origins lists where forecasts of a series of n steps start, ascending: up to
// eight, whose horizons lie in the last 40 % of it (test) or in the 40 % before
// that (dev). The distance between them is as large as there is room for and
// has no factor in common with the day, so that they spread over its phases;
// none is before two days of history.
func origins(n, horizon, day int, test bool) []int {
	from, to := n*2/10, n*6/10
	if test {
		from, to = to, n
	}
	from = max(from, 2*day)
	last := to - horizon
	if last < from {
		return nil
	}
	step := (last - from) / (originsPerSeries - 1)
	for step > 1 && capacity.CommonDivisor(step, day) != 1 {
		step--
	}
	if step < 1 {
		return []int{last}
	}
	at := make([]int, originsPerSeries)
	for i := range at {
		at[i] = last - (originsPerSeries-1-i)*step
	}
	return at
}
