package models

import (
	"slices"

	"gonum.org/v1/gonum/floats"
)

// A decomposer takes the seasons, ascending, out of series.
type decomposer []*stl

func newDecomposer(seasons []int) decomposer {
	var d decomposer
	for _, season := range seasons {
		d = append(d, newSTL(season))
	}
	return d
}

// decompose takes the seasons out of x by multiple seasonal-trend
// decomposition: each in turn by [stl] from what the others leave (Bandara,
// Hyndman and Bergmeir, MSTL, arXiv:2107.13462, 2021). It returns each season's
// part for every step, also where x has gaps, and what is left of x. The parts
// are good until the next call.
//
// It goes round four times, with one round inside stl each and a trend that is
// taken along, where they go round twice with two rounds and start the trend
// anew: that separates day, week and trend better at the same cost.
func (d decomposer) decompose(x []float64) (parts [][]float64, rest []float64) {
	rest = slices.Clone(x)
	for _, season := range d {
		season.resize(len(x))
		clear(season.part)
		clear(season.course)
		parts = append(parts, season.part)
	}
	for range 4 {
		for k, season := range d {
			floats.Add(rest, parts[k])
			season.split(rest, parts[k], season.course)
			floats.Sub(rest, parts[k])
		}
	}
	return parts, rest
}

// cycles is the last cycle of each season in x, and what is left of x.
func (d decomposer) cycles(x []float64) (last [][]float64, rest []float64) {
	parts, rest := d.decompose(x)
	for k, season := range d {
		last = append(last, slices.Clone(parts[k][len(x)-season.season:]))
	}
	return last, rest
}
