package models

import (
	"math"
	"slices"
)

// decompose takes the seasons, ascending, out of x by multiple
// seasonal-trend decomposition: each in turn by [stl] from what the others
// leave (Bandara, Hyndman and Bergmeir, MSTL, arXiv:2107.13462, 2021). It
// returns each season's part for every step, also where x has gaps, and what is
// left of x.
//
// It goes round four times, with one round inside stl each and a trend that is
// taken along, where they go round twice with two rounds and start the trend
// anew: that separates day, week and trend better at the same cost.
func decompose(x []float64, seasons []int) (parts [][]float64, rest []float64) {
	parts, trends := make([][]float64, len(seasons)), make([][]float64, len(seasons))
	for k := range seasons {
		parts[k], trends[k] = make([]float64, len(x)), make([]float64, len(x))
	}
	rest = slices.Clone(x)
	for range 4 {
		for k, season := range seasons {
			for i := range rest {
				rest[i] += parts[k][i]
			}
			stl(rest, season, parts[k], trends[k])
			for i := range rest {
				rest[i] -= parts[k][i]
			}
		}
	}
	return parts, rest
}

// cycles is how many of a season have a say in its shape at any one time: the
// fewest that Cleveland and others advise, for load changes its habits.
const cycles = 7

// stl writes into part how x repeats itself after so many steps, and improves
// the trend, by one round of the seasonal-trend decomposition of Cleveland,
// Cleveland, McRae and Terpenning (Journal of Official Statistics 6, 1990,
// 3-73), without robustness weights: a loess over some cycles smooths each
// phase of what is not trend, a moving average takes the level out of that, and
// a loess finds the trend of what is left. A gap is left out of each
// regression; x needs two cycles.
func stl(x []float64, season int, part, trend []float64) {
	n := len(x)
	rough := make([]float64, n+2*season) // one cycle more at each end
	smooth := make([]float64, n/season+3)
	places, v := make([]int, 0, n), make([]float64, 0, n)
	for k := range season {
		places, v = places[:0], v[:0]
		for i := k; i < n; i += season {
			if !math.IsNaN(x[i]) {
				places, v = append(places, i/season), append(v, x[i]-trend[i])
			}
		}
		phase := smooth[:(n-1-k)/season+3]
		loess{window: cycles}.smooth(places, v, -1, phase)
		for c, value := range phase {
			rough[k+c*season] = value
		}
	}
	places = places[:n]
	for i := range places {
		places[i] = i
	}
	level := average(average(average(rough, season), season), 3)
	lines(season).smooth(places, level, 0, part)
	places, v = places[:0], v[:0]
	for i, low := range part {
		part[i] = rough[season+i] - low
		if !math.IsNaN(x[i]) {
			places, v = append(places, i), append(v, x[i]-part[i])
		}
	}
	lines(int(math.Ceil(1.5*float64(season)/(1-1.5/cycles)))).smooth(places, v, 0, trend)
}

// lines is the loess by lines over the least odd window of so many places, ten
// regressions to a window.
func lines(window int) loess {
	window += 1 - window%2
	return loess{window: window, line: true, jump: (window + 9) / 10}
}

// average is the moving average of x over so many values, which has as many
// less one than x.
func average(x []float64, window int) []float64 {
	out := make([]float64, len(x)-window+1)
	sum := 0.0
	for i, v := range x {
		sum += v
		if i >= window {
			sum -= x[i-window]
		}
		if i >= window-1 {
			out[i-window+1] = sum / float64(window)
		}
	}
	return out
}
