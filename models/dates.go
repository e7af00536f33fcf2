package models

import (
	"math"
	"time"

	"headroom/capacity"
)

// date is the one on which most of a step of a day lies, in days since 1970.
func date(s capacity.Series, i int) int {
	year, month, day := s.At(i).Add(oneDay / 2).Date()
	return days(year, month, day)
}

// days is from 1970 to a date.
func days(year int, month time.Month, day int) int {
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// calendarDate is the inverse of days.
func calendarDate(date int) (year int, month time.Month, day int) {
	return time.Unix(int64(date)*86400, 0).UTC().Date()
}

// mostMonthWaves is of how many waves the course of a month is made.
const mostMonthWaves = 6

// monthWaves are a cosine and a sine for each wave of the month, at the place of
// a date between its first and its last day.
func monthWaves(date int) []float64 {
	year, month, day := calendarDate(date)
	length := days(year, month+1, 1) - days(year, month, 1)
	waves := make([]float64, 0, 2*mostMonthWaves)
	for k := 1; k <= mostMonthWaves; k++ {
		sine, cosine := math.Sincos(2 * math.Pi * float64(k) * (float64(day) - 0.5) / float64(length))
		waves = append(waves, cosine, sine)
	}
	return waves
}

// aroundEaster is for how many days before and after it a date follows Easter.
const aroundEaster = 12

// yearsBefore are the dates that were, so many years before, what a date is now:
// the same date and the same weekday, or the one that is as far from Easter.
func yearsBefore(date, years int) []int {
	year, month, day := calendarDate(date)
	if from := date - easter(year); from >= -aroundEaster && from <= aroundEaster {
		return []int{easter(year-years) + from}
	}
	var dates []int
	for _, before := range []int{days(year-years, month, day), date - years*52*7} {
		then, _, _ := calendarDate(before)
		if from := before - easter(then); from < -aroundEaster || from > aroundEaster {
			dates = append(dates, before)
		}
	}
	return dates
}

// easter is the date of the Gregorian Easter Sunday, by the rule that Nature
// printed in 1876 (Meeus, Astronomical Algorithms, 1991, chapter 8).
func easter(year int) int {
	golden, century, rest := year%19, year/100, year%100
	moon := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(rest/4) - moon - rest%4) % 7
	n := moon + weekday - 7*((golden+11*moon+22*weekday)/451) + 114
	return days(year, time.Month(n/31), n%31+1)
}
