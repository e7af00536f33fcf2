package models

import "math"

// mostSeasons is of how many seasons, the last ones, a mean season is.
const mostSeasons = 52

// season is the week if so many steps have four of them, or else the day; 1 if
// there is neither.
func (p *panel) season(steps int) int {
	if p.week > 0 && steps >= 4*p.week {
		return p.week
	}
	return max(1, p.day)
}

// meanSeason is the mean of x at each of so many places in a season, from the
// place of the step after x on. A place that was never measured has the mean of
// all.
func meanSeason(x []float64, season int) []float64 {
	sum, n := make([]float64, season), make([]float64, season)
	total, measured := 0.0, 0.0
	for i := max(0, len(x)-mostSeasons*season); i < len(x); i++ {
		if v := x[i]; !math.IsNaN(v) {
			at := place(i-len(x), season)
			sum[at], total = sum[at]+v, total+v
			n[at]++
			measured++
		}
	}
	for at := range sum {
		if n[at] == 0 {
			sum[at], n[at] = total, max(1, measured)
		}
		sum[at] /= n[at]
	}
	return sum
}

// beside is what x leaves beside its mean season.
func beside(x, mean []float64) []float64 {
	rest := make([]float64, len(x))
	for i, v := range x {
		rest[i] = v - mean[place(i-len(x), len(mean))]
	}
	return rest
}

// place is the place in a season of the i-th step after place 0, or before it.
func place(i, season int) int { return (i%season + season) % season }
