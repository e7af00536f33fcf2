package models

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

// circle is after how many steps all the waves repeat themselves together, or 0
// if the week is not a whole number of days.
func (w waves) circle() int {
	switch {
	case w.Week == 0:
		return w.Day
	case w.Day == 0 || w.Week%w.Day == 0:
		return w.Week
	}
	return 0
}

// valid reports whether stored waves can be used.
func (w waves) valid() bool {
	const most = 1 << 20 // steps of a season, which take memory
	return w.Day >= 0 && w.Week >= 0 && w.Day <= most && w.Week <= most && len(w.list()) > 0
}
