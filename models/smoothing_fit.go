package models

import (
	"math"
	"slices"
)

// A form is a kind of smoothing to choose.
type form struct {
	slope  int // flat, steady or fading
	season int // steps, or 0 for none
}

// The forms of the slope.
const (
	flat   = iota // no slope
	steady        // a slope that stays
	fading        // a slope that fades
)

// seasonless are the forms without a season.
var seasonless = []form{{slope: flat}, {slope: fading}, {slope: steady}}

// longestSeason bounds the steps of a season: what is longer has more phases
// than history to learn them from, and costs a check of its square.
const longestSeason = 336

// chooseSmoothing is the smoothing of x with the lowest AICc among these forms,
// the first of equals, and that AICc: +Inf if x is too short for each of them.
func chooseSmoothing(x []float64, forms []form) (best smoothing, lowest float64) {
	lowest = math.Inf(1)
	for _, form := range forms {
		if p, aicc := fitSmoothing(x, form.slope, form.season); aicc < lowest {
			best, lowest = p, aicc
		}
	}
	return best, lowest
}

// fitSmoothing finds the smoothing of x of that form which has the least
// squared errors of one step ahead, and returns it with its AICc up to a
// constant of x. That is +Inf if x has too few measurements for this form.
//
// The search stays inside the usual bounds and, beyond them, where the model is
// admissible. What the state starts from is not searched for, see [seeds], but
// counts as estimated.
func fitSmoothing(x []float64, slope, season int) (best smoothing, aicc float64) {
	n := 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
		}
	}
	k := float64(3 + 2*min(slope, 1) + slope/2) // the share and start of the level, and the variance; of the slope; its damping
	if season > 0 {
		k += float64(season)
	}
	if n < k+2 || n < float64(2*season) {
		return best, math.Inf(1)
	}
	begin := newStart(x, season, slope != flat)
	scratch := make([]float64, season+2)
	squares := func(place []float64) float64 {
		p := smoothingAt(place, slope, season)
		if !p.admissible(scratch) {
			return math.Inf(1)
		}
		if sum := p.follow(x, begin.of(p, scratch[:max(1, season)])); sum < math.Inf(1) {
			return sum
		}
		return math.Inf(1) // also for NaN
	}
	// The longer the season, the less a slope may move to be admissible.
	var place []float64
	least := math.Inf(1)
	for _, beta := range []float64{-3, -9} {
		for _, from := range starts(slope, season, beta) {
			if sum := squares(from); sum < least {
				place, least = from, sum
			}
		}
		if place != nil {
			break
		}
	}
	if place == nil {
		return best, least
	}
	place = descend(squares, place, 40*len(place))
	least = squares(place)
	// Below this it is rounding, on which no form should win.
	variance := max(least/n, 1e-20)
	return smoothingAt(place, slope, season), n*math.Log(variance) + 2*k*n/(n-k-1)
}

// smoothingAt is the smoothing at a place of the search, whose coordinates are
// unbounded: the logits of where each share is between its bounds.
func smoothingAt(place []float64, slope, season int) smoothing {
	const least = 1e-4
	between := func(i int, from, to float64) float64 {
		return from + (to-from)/(1+math.Exp(-place[i]))
	}
	p := smoothing{Season: season, Alpha: between(0, least, 1-least)}
	if season > 0 {
		p.Gamma = between(1, 0, 1-p.Alpha)
	}
	if slope != flat {
		p.Phi = 1
		p.Beta = between(len(place)-1, 0, p.Alpha)
	}
	if slope == fading {
		p.Beta = between(len(place)-2, 0, p.Alpha)
		p.Phi = between(len(place)-1, 0.8, 0.98)
	}
	return p
}

// starts are the places from the best of which the search starts: a level that
// hardly moves, moves, or takes up nearly everything, a season that hardly moves
// or moves, and a slope that takes up so much of what the level does.
func starts(slope, season int, beta float64) [][]float64 {
	var places [][]float64
	for _, alpha := range []float64{-2, 0, 2} {
		for _, gamma := range []float64{-3, 0} {
			place := []float64{alpha}
			if season > 0 {
				place = append(place, gamma)
			}
			switch slope {
			case steady:
				place = append(place, beta)
			case fading:
				place = append(place, beta, 1.5)
			}
			if len(places) == 0 || !slices.Equal(place, places[len(places)-1]) {
				places = append(places, place)
			}
		}
	}
	return places
}
