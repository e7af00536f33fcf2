package dispatch

import (
	"math"
	"sort"
)

// A Load is the distribution of the load of one step: piecewise uniform between
// its points, with the probability Levels[0] at the lowest point and
// 1 - Levels[last] at the highest. Both slices are ascending and equally long.
// Two equal points are a probability at one place, two equal levels a stretch
// without any.
type Load struct {
	Levels []float64 // in [0, 1]
	Points []float64 // load, from 0 on
}

// Certain is a load that is known.
func Certain(load float64) Load {
	return Load{Levels: []float64{0.5}, Points: []float64{load}}
}

// short is the load that is expected to be missing if so much is served.
func (l Load) short(served float64) float64 {
	last := len(l.Points) - 1
	if served >= l.Points[last] {
		return 0
	}
	sum := (1 - l.Levels[last]) * (l.Points[last] - served)
	for i := last - 1; i >= 0; i-- {
		a, b, mass := l.Points[i], l.Points[i+1], l.Levels[i+1]-l.Levels[i]
		if served >= b {
			return sum
		}
		if served > a {
			return sum + mass*(b-served)*(b-served)/(2*(b-a))
		}
		sum += mass * ((a-served)/2 + (b-served)/2)
	}
	return sum + l.Levels[0]*max(0, l.Points[0]-served)
}

// beyond is the probability that the load is more than served.
func (l Load) beyond(served float64) float64 {
	i := sort.Search(len(l.Points), func(i int) bool { return l.Points[i] > served })
	switch i {
	case 0:
		return 1
	case len(l.Points):
		return 0
	}
	share := (served - l.Points[i-1]) / (l.Points[i] - l.Points[i-1])
	return 1 - l.Levels[i-1] - share*(l.Levels[i]-l.Levels[i-1])
}

// enough is the least load beyond which more comes with at most the given
// probability.
func (l Load) enough(risk float64) float64 {
	level := 1 - risk
	i := sort.Search(len(l.Levels), func(i int) bool { return l.Levels[i] >= level })
	switch i {
	case 0:
		return l.Points[0]
	case len(l.Levels):
		return l.Points[i-1]
	}
	share := (level - l.Levels[i-1]) / (l.Levels[i] - l.Levels[i-1])
	return l.Points[i-1] + share*(l.Points[i]-l.Points[i-1])
}

// valid reports whether the load is a distribution.
func (l Load) valid() bool {
	if len(l.Points) == 0 || len(l.Points) != len(l.Levels) {
		return false
	}
	for i, x := range l.Points {
		q := l.Levels[i]
		if !(x >= 0 && x <= mostLoad && q >= 0 && q <= 1) || math.IsNaN(x) || i > 0 && (x < l.Points[i-1] || q < l.Levels[i-1]) {
			return false
		}
	}
	return true
}
