package models

// What tests of the numerics reach for below the models.

// Descend is descend.
func Descend(f func([]float64) float64, start []float64, evaluations int) []float64 {
	return descend(f, start, evaluations)
}

// Invertible is invertible.
func Invertible(c []float64) bool { return invertible(c) }

// Smoothing is smoothing.
type Smoothing = smoothing

// Admissible is admissible.
func Admissible(p Smoothing) bool { return p.admissible(make([]float64, p.Season+2)) }

// Echo is what p expects of the cycle that follows x, if it has no level, no
// slope and no season at the beginning.
func Echo(p Smoothing, x []float64) []float64 {
	s := smoothed{season: make([]float64, max(1, p.Season))}
	p.follow(x, &s)
	return p.ahead(s, max(1, p.Season))
}

// Loess is what loess makes of the measurements v at those places, for n places
// from 0.
func Loess(window, jump int, line bool, places []int, v []float64, n int) []float64 {
	out := make([]float64, n)
	l := &loess{window: window, line: line, jump: jump}
	l.smooth(places, v, 0, out)
	return out
}

// Decompose is what a decomposer for these seasons makes of x.
func Decompose(x []float64, seasons []int) (parts [][]float64, rest []float64) {
	return newDecomposer(seasons).decompose(x)
}

// Easter is easter, in days since 1970.
func Easter(year int) int { return easter(year) }
