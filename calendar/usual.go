package calendar

import (
	"math"
	"slices"

	"headroom/capacity"
)

// median is the middle of values, which it reorders; NaN if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return values[middle-1]/2 + values[middle]/2
}

// around is what was measured a number of periods before and after step i, at
// most so many periods away.
func around(values []float64, i, period, most int) []float64 {
	var out []float64
	for k := 1; k <= most; k++ {
		for _, j := range []int{i - k*period, i + k*period} {
			if j >= 0 && j < len(values) && !math.IsNaN(values[j]) {
				out = append(out, values[j])
			}
		}
	}
	return out
}

// expected is what step i of s should have been by the same weekday and time
// of the three weeks on both sides, or else by the same time of the week of
// days on both sides; NaN if nothing of that was measured.
func expected(s capacity.Series, i int) float64 {
	day := s.PerDay()
	if v := median(around(s.Values, i, 7*day, 3)); !math.IsNaN(v) {
		return v
	}
	return median(around(s.Values, i, day, 7))
}

// measured counts the steps that are no gaps.
func measured(s capacity.Series) int { return s.Len() - s.Gaps() }
