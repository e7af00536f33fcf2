package models

import "math"

// seeds is roughly what a smoothing with a season of so many steps, or none if
// it is 0, starts from when it follows x: the level and the slope before the
// first step, and the season by phase. The season is that of the classical
// decomposition: what each phase is on average above a centred moving average
// over one season. Level and slope are those of the least squares line through
// the first two seasons, or ten steps if that is more, without that season.
// Gaps have no part in any of this.
func seeds(x []float64, season int, sloped bool) (level, slope float64, phases []float64) {
	phases = profile(x, season)
	level, slope = lineBefore(x, phases, max(10, 2*season), sloped)
	return level, slope, phases
}

// lineBefore is the least squares line through the first so many measurements
// of x without a season, given by phase, at the step before them: its level and
// its slope. Unless it may slope, the level is their mean.
func lineBefore(x, phases []float64, most int, sloped bool) (level, slope float64) {
	var n, mean, middle, squares, products float64
	for i, v := range x {
		if math.IsNaN(v) {
			continue
		}
		n++
		v -= phases[i%len(phases)]
		before := float64(i) - middle
		middle += before / n
		mean += (v - mean) / n
		squares += before * (float64(i) - middle)
		products += before * (v - mean)
		if n == float64(most) {
			break
		}
	}
	if !sloped || squares == 0 {
		return mean, 0
	}
	slope = products / squares
	return mean - slope*(middle+1), slope
}

// profile is what each phase of x is on average above its surroundings of one
// season. A phase without a measurement, and everything if there is no season,
// is 0.
func profile(x []float64, season int) []float64 {
	if season < 2 {
		return []float64{0}
	}
	sums := make([]float64, len(x)+1)
	var gaps []float64 // before each step, if there are any
	for i, v := range x {
		sums[i+1] = sums[i]
		if !math.IsNaN(v) {
			sums[i+1] += v
		} else if gaps == nil {
			gaps = make([]float64, len(x)+1)
		}
		if gaps != nil {
			gaps[i+1] = gaps[i]
			if math.IsNaN(v) {
				gaps[i+1]++
			}
		}
	}
	above, n := make([]float64, season), make([]float64, season)
	for i, v := range x {
		// An even season has no middle, so two windows share it.
		from, to := i-season/2, i+(season-1)/2+1
		late := 1 - season%2
		if math.IsNaN(v) || from < 0 || to+late > len(x) {
			continue
		}
		count := 2 * float64(season)
		if gaps != nil {
			count -= gaps[to] - gaps[from] + gaps[to+late] - gaps[from+late]
		}
		mean := (sums[to] - sums[from] + sums[to+late] - sums[from+late]) / count
		above[i%season] += v - mean
		n[i%season]++
	}
	total, phases := 0.0, 0.0
	for k := range above {
		if n[k] > 0 {
			above[k] /= n[k]
			total += above[k]
			phases++
		}
	}
	for k := range above {
		if n[k] > 0 {
			above[k] -= total / phases
		}
	}
	return above
}
