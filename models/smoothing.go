package models

// smoothing is exponential smoothing with additive errors in its innovations
// state space form (Hyndman, Koehler, Ord and Snyder, Forecasting with
// Exponential Smoothing, Springer 2008, chapter 2): each step is a level, a
// slope that may be damped, and what the season adds at this phase, and each of
// them takes up its share of the error of the step.
type smoothing struct {
	Season int     // steps, or 0 for none
	Alpha  float64 // the level's share of an error
	Beta   float64 // the slope's share
	Gamma  float64 // the season's share
	Phi    float64 // what a step leaves of the slope: 1 is undamped, 0 is no slope at all
}

// A smoothed is what a smoothing expects of the next step.
type smoothed struct {
	level  float64
	slope  float64   // how much of that level has come since the last step
	season []float64 // by phase; a single 0 for none
	at     int       // the phase of the next step
}

// follow takes s along x and returns the sum of the squared errors of one step
// ahead. A gap has no error, so the state passes it as it is forecast.
func (p smoothing) follow(x []float64, s *smoothed) (squares float64) {
	// What an error adds to the level of the next step goes there at once, for
	// this loop takes as long as what each step waits for from the one before.
	level, slope, season, at := s.level, s.slope, s.season, s.at
	toSlope := p.Phi * p.Beta
	toLevel := p.Alpha + toSlope
	if p.Season == 0 {
		for _, v := range x {
			slope *= p.Phi
			e := v - level
			level += slope
			if e == e { // not a gap, which is NaN
				squares += e * e
				slope += toSlope * e
				level += toLevel * e
			}
		}
		s.level, s.slope = level, slope
		return squares
	}
	for _, v := range x {
		slope *= p.Phi
		e := (v - season[at]) - level
		level += slope
		if e == e {
			squares += e * e
			slope += toSlope * e
			level += toLevel * e
			season[at] += p.Gamma * e
		}
		if at++; at == len(season) {
			at = 0
		}
	}
	s.level, s.slope, s.at = level, slope, at
	return squares
}

// ahead is the forecast of the h steps after s.
func (p smoothing) ahead(s smoothed, h int) []float64 {
	path := make([]float64, h)
	for t := range path {
		path[t] = s.level + s.season[(s.at+t)%len(s.season)]
		s.slope *= p.Phi
		s.level += s.slope
	}
	return path
}

// usable reports whether p, which may have been read, can follow a load.
func (p smoothing) usable() bool {
	share := func(x float64) bool { return x >= 0 && x <= 1 }
	return p.Season >= 0 && p.Season != 1 && p.Season <= longestSeason &&
		share(p.Alpha) && share(p.Beta) && share(p.Gamma) && share(p.Phi)
}
