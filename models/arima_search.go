package models

import "math"

// orders are the numbers of coefficients of an arima, and whether it has a
// mean.
type orders struct {
	ar, ma, seasonalAR, seasonalMA int
	mean                           bool
}

// The highest orders that are tried, and the highest sum of them.
const (
	highestOrder         = 5
	highestSeasonalOrder = 2
	highestSum           = 6
	mostCandidates       = 94
)

// A search looks for the orders of an arima.
type search struct {
	fitter
	differences differences
	tried       map[orders]bool
	best        arimaFit
}

// newSearch starts with the best of four candidates.
func newSearch(x []float64, d differences) *search {
	s := &search{fitter: newFitter(x, d), differences: d, tried: map[orders]bool{}, best: arimaFit{aicc: math.Inf(1)}}
	seasonal, mean := min(1, d.Season), s.mayHaveMean()
	s.try(orders{mean: mean})
	s.try(orders{ar: 1, seasonalAR: seasonal, mean: mean})
	s.try(orders{ma: 1, seasonalMA: seasonal, mean: mean})
	s.try(orders{2, 2, seasonal, seasonal, mean})
	return s
}

// climb goes from the best candidate to a neighbour that is better, one order
// or a pair of them up or down or the mean put in or left out, until there is
// none.
func (s *search) climb() {
	for climbed := true; climbed; {
		climbed = false
		for _, step := range climbs {
			near := s.best.orders
			near.ar += step[0]
			near.ma += step[1]
			near.seasonalAR += step[2]
			near.seasonalMA += step[3]
			near.mean = near.mean != (step[4] == 1)
			if s.try(near) {
				climbed = true
				break
			}
		}
	}
}

// aicc is that of the best candidate for each step of the load itself, whose
// density a logarithm has stretched.
func (s *search) aicc(log bool) float64 {
	total := s.best.aicc
	for _, x := range s.run.measured[s.from:] {
		if log && !math.IsNaN(x) {
			total += 2 * x
		}
	}
	return total / max(1, s.steps)
}

// try fits the candidate of these orders, if it is new and allowed, and reports
// whether it is the best so far.
func (s *search) try(o orders) bool {
	if s.tried[o] || !s.allows(o) || len(s.tried) >= mostCandidates {
		return false
	}
	s.tried[o] = true
	fit := s.fit(o, s.best.towards(o))
	if !(fit.aicc < s.best.aicc) {
		return false
	}
	s.best = fit
	return true
}

// allows reports whether a candidate is among those that are searched.
func (s *search) allows(o orders) bool {
	season := s.differences.Season
	return min(o.ar, o.ma, o.seasonalAR, o.seasonalMA) >= 0 && max(o.ar, o.ma) <= highestOrder &&
		max(o.seasonalAR, o.seasonalMA) <= highestSeasonalOrder && (season > 0 || o.seasonalAR+o.seasonalMA == 0) &&
		o.ar+o.ma+o.seasonalAR+o.seasonalMA <= highestSum && (!o.mean || s.mayHaveMean()) &&
		s.run.begin+o.ar+season*o.seasonalAR <= s.from
}

// mayHaveMean reports whether the differences leave a mean: with more than one
// it would be a trend that bends.
func (s *search) mayHaveMean() bool { return s.differences.Plain+s.differences.Seasonal <= 1 }

// climbs are the ways from a candidate to its neighbours: what is added to its
// orders, and whether the mean changes.
var climbs = [][5]int{
	{0, 0, -1, 0},
	{0, 0, 0, -1},
	{0, 0, 1, 0},
	{0, 0, 0, 1},
	{0, 0, -1, -1},
	{0, 0, -1, 1},
	{0, 0, 1, -1},
	{0, 0, 1, 1},
	{-1, 0},
	{0, -1},
	{1, 0},
	{0, 1},
	{-1, -1},
	{-1, 1},
	{1, -1},
	{1, 1},
	{0, 0, 0, 0, 1},
}
