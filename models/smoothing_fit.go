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
