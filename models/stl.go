package models

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// cycles is how many of a season have a say in its shape at any one time: the
// fewest that Cleveland and others advise, for load changes its habits.
const cycles = 7

// stl is the seasonal-trend decomposition of Cleveland, Cleveland, McRae and
// Terpenning (Journal of Official Statistics 6, 1990, 3-73), without robustness
// weights. What one series needed is used again for the next.
type stl struct {
	season             int
	cycle, slow, trend *loess
	n                  int       // steps of the series
	steps              []int     // 0 to before n
	rough              []float64 // each phase smoothed, with one cycle more at each end
	spare, other       []float64 // as long as rough
	part, course       []float64 // n steps for what [decomposer] keeps of a season, and of its trend
	v                  []float64 // n measurements
	places             []int     // and where they are
	broken             []bool    // the phases with gaps
}

func newSTL(season int) *stl {
	trend := int(math.Ceil(1.5 * float64(season) / (1 - 1.5/cycles)))
	return &stl{season: season, cycle: &loess{window: cycles}, slow: lines(season), trend: lines(trend), broken: make([]bool, season)}
}

// lines is the loess by lines over the least odd window of so many places, ten
// regressions to a window.
func lines(window int) *loess {
	window += 1 - window%2
	return &loess{window: window, line: true, jump: (window + 9) / 10}
}

// split writes into part how x repeats itself after each season, and improves
// the trend, by one round: a loess over some cycles smooths each phase of what
// is not trend, a moving average takes the level out of that, and a loess finds
// the trend of what is left. A gap is left out of each regression; x needs two
// cycles.
func (d *stl) split(x, part, trend []float64) {
	d.resize(len(x))
	floats.SubTo(d.v, x, trend)
	d.smoothPhases()
	level := average(d.spare, d.rough, d.season)
	level = average(d.other, level, d.season)
	level = average(d.spare, level, 3)
	d.slow.smooth(d.steps, level, 0, part)
	floats.SubTo(part, d.rough[d.season:d.season+d.n], part)
	floats.SubTo(d.v, x, part)
	if !slices.ContainsFunc(d.v, math.IsNaN) {
		d.trend.smooth(d.steps, d.v, 0, trend)
		return
	}
	places, v := d.places[:0], d.spare[:0]
	for i, value := range d.v {
		if !math.IsNaN(value) {
			places, v = append(places, i), append(v, value)
		}
	}
	d.trend.smooth(places, v, 0, trend)
}

// smoothPhases writes into rough what each phase of v is over the cycles.
func (d *stl) smoothPhases() {
	clear(d.broken)
	for i, v := range d.v {
		if v != v {
			d.broken[i%d.season] = true
		}
	}
	for k := 0; k < d.season; {
		if d.broken[k] {
			d.smoothPhase(k)
			k++
			continue
		}
		// Phases next to each other, with as many cycles, are smoothed at once.
		next := k + 1
		for next < d.season && !d.broken[next] && next != d.n%d.season {
			next++
		}
		d.smoothWhole(k, next)
		k = next
	}
}

// smoothWhole smooths the phases [k, next), which have no gaps and equally many
// cycles.
func (d *stl) smoothWhole(k, next int) {
	cycles := d.steps[:(d.n-1-k)/d.season+1]
	left := 0
	for c := range len(cycles) + 2 {
		var kernel []float64
		left, kernel = d.cycle.at(c-1, cycles, left)
		to := d.rough[c*d.season+k : c*d.season+next]
		clear(to)
		for j, w := range kernel {
			if w != 0 {
				from := (left + j) * d.season
				floats.AddScaled(to, w, d.v[from+k:from+next])
			}
		}
	}
}

// smoothPhase smooths phase k, which has gaps.
func (d *stl) smoothPhase(k int) {
	places, v := d.places[:0], d.spare[:0]
	for i := k; i < d.n; i += d.season {
		if !math.IsNaN(d.v[i]) {
			places, v = append(places, i/d.season), append(v, d.v[i])
		}
	}
	smooth := d.other[:(d.n-1-k)/d.season+3]
	d.cycle.smooth(places, v, -1, smooth)
	for c, value := range smooth {
		d.rough[k+c*d.season] = value
	}
}

// average writes into out, and returns, the moving average of x over so many
// values, which has as many less one than x.
func average(out, x []float64, window int) []float64 {
	out = out[:len(x)-window+1]
	share, sum := 1/float64(window), floats.Sum(x[:window])
	out[0] = sum * share
	for i, v := range x[window:] {
		sum += v - x[i]
		out[i+1] = sum * share
	}
	return out
}
