package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// differences says how often a series is differenced: at the season and at the
// step.
type differences struct {
	Season          int // steps, or 0
	Seasonal, Plain int // times
}

// chooseDifferences differences x at the season, if it has three of it and the
// season is strong, and then at the step as long as it is not level by
// [isLevel], twice at most.
func chooseDifferences(x []float64, season int) differences {
	var d differences
	if season >= 2 && len(x) >= 3*season {
		d.Season = season
		if seasonalStrength(x, season) > strong {
			d.Seasonal = 1
			x = changes(x, season)
		}
	}
	for d.Plain < 2 && !isLevel(x) {
		d.Plain++
		x = changes(x, 1)
	}
	return d
}

// strong is the seasonal strength from which on a season is differenced. It is
// below the 0.64 that is usual where the season may change its form: a fixed
// form explains less.
const strong = 0.3

// reach is how many steps the differences go back.
func (d differences) reach() int { return d.Plain + d.Seasonal*d.Season }

// terms are what the differences add to a step.
func (d differences) terms() []lagged {
	plain := [][]float64{nil, {1}, {2, -1}}[d.Plain]
	var seasonal []float64
	if d.Seasonal == 1 {
		seasonal = []float64{1}
	}
	return multiply(nil, plain, seasonal, d.Season, -1)
}

// valid reports whether stored differences can be used.
func (d differences) valid() bool {
	return d.Season >= 0 && d.Season <= math.MaxInt32 && d.Seasonal >= 0 && d.Seasonal <= min(1, d.Season) && d.Plain >= 0 && d.Plain <= 2
}

// seasonalStrength is how much of the variation of x around its trend is of
// the season, 0 to 1 (Wang, Smith and Hyndman, Data Mining and Knowledge
// Discovery 13, 2006, 335-364), by classical decomposition.
func seasonalStrength(x []float64, season int) float64 {
	mean, count := make([]float64, season), make([]float64, season)
	rest := centred(x, season)
	for i, v := range x {
		rest[i] = v - rest[i]
		if p := i % season; !math.IsNaN(rest[i]) {
			count[p]++
			mean[p] += (rest[i] - mean[p]) / count[p]
		}
	}
	before := variance(rest)
	for i := range rest {
		rest[i] -= mean[i%season]
	}
	if before <= 0 {
		return 0
	}
	return max(0, 1-variance(rest)/before)
}

// isLevel reports whether x keeps its level: whether the statistic of
// Kwiatkowski, Phillips, Schmidt and Shin (Journal of Econometrics 54, 1992,
// 159-178) stays below its critical value at 5 %.
func isLevel(x []float64) bool {
	var d []float64
	for _, v := range x {
		if !math.IsNaN(v) {
			d = append(d, v)
		}
	}
	n := float64(len(d))
	if len(d) < 4 {
		return true
	}
	mean := 0.0
	for i, v := range d {
		mean += (v - mean) / float64(i+1)
	}
	walk, squares, spread := 0.0, 0.0, 0.0
	for i := range d {
		d[i] -= mean
		walk += d[i]
		squares += walk * walk
		spread += d[i] * d[i]
	}
	window := int(3 * math.Sqrt(n) / 13)
	long := spread // its long-run variance, with the weights of Bartlett
	for lag := 1; lag <= window; lag++ {
		long += 2 * (1 - float64(lag)/float64(window+1)) * floats.Dot(d[lag:], d[:len(d)-lag])
	}
	if spread <= 1e-18*n*mean*mean || long <= 0 {
		return true
	}
	return squares/n/long <= 0.463
}

// variance is that of x, gaps left out.
func variance(x []float64) float64 {
	n, mean, square := 0.0, 0.0, 0.0
	for _, v := range x {
		if math.IsNaN(v) {
			continue
		}
		n++
		change := v - mean
		mean += change / n
		square += change * (v - mean)
	}
	return square / max(1, n)
}
