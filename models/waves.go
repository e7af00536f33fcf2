package models

import (
	"math"

	"headroom/capacity"
)

// waves are sines and cosines that repeat themselves with the day and with the
// week, on the wall clock of the series.
type waves struct {
	Day, Week int // steps, or 0
}

// A wave is a cosine and a sine, so many to the season.
type wave struct{ season, times int }

// The numbers of waves that a day and a week are made of at most.
const dayWaves, weekWaves = 12, 36

// list is all the waves. Those of a week that are waves of a day are left out.
func (w waves) list() []wave {
	var out []wave
	for k := 1; k <= min(dayWaves, w.Day/2); k++ {
		out = append(out, wave{w.Day, k})
	}
	for k := 1; k <= min(weekWaves, w.Week/2); k++ {
		if w.Day == 0 || k*w.Day%w.Week != 0 {
			out = append(out, wave{w.Week, k})
		}
	}
	return out
}

// columns are the cosine and the sine of each wave over n steps of s from step
// i on.
func (w waves) columns(s capacity.Series, i, n int) [][]float64 {
	var columns [][]float64
	var at []int
	season := 0
	for _, wave := range w.list() {
		if wave.season != season {
			season = wave.season
			at = phases(s, i, n, season)
		}
		cosine, sine := make([]float64, n), make([]float64, n)
		for t, p := range at {
			if t >= season && p == at[t-season] {
				cosine[t], sine[t] = cosine[t-season], sine[t-season]
				continue
			}
			angle := 2 * math.Pi * float64(wave.times*p%season) / float64(season)
			cosine[t] = math.Cos(angle)
			if 2*wave.times*p%season != 0 { // else the sine is zero but for rounding
				sine[t] = math.Sin(angle)
			}
		}
		columns = append(columns, cosine, sine)
	}
	return columns
}

// valid reports whether stored waves can be used.
func (w waves) valid() bool {
	return w.Day >= 0 && w.Week >= 0 && w.Day <= math.MaxInt32 && w.Week <= math.MaxInt32
}
