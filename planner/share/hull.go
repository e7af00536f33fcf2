package share

import (
	"cmp"
	"slices"
)

// A leap is a stretch of a lower convex envelope: so many units, each of which
// saves the same.
type leap struct {
	place, units int
	each         float64
}

// hull gives the leaps of the envelopes, the best first, as long as they fit. A
// service whose next leap does not fit gets no later one, which saves less.
func (b board) hull() []int {
	var leaps []leap
	for i, costs := range b.costs {
		leaps = append(leaps, leapsOf(i, costs)...)
	}
	slices.SortStableFunc(leaps, func(x, y leap) int { return cmp.Compare(y.each, x.each) })
	units, left := make([]int, len(b.costs)), b.left
	full := make([]bool, len(b.costs))
	for _, l := range leaps {
		if full[l.place] || l.units > left {
			full[l.place] = true
			continue
		}
		units[l.place] += l.units
		left -= l.units
	}
	return units
}

// leapsOf is the lower convex envelope of the costs as far as it falls, from
// left to right.
func leapsOf(place int, costs []float64) []leap {
	var corners []int
	slope := func(from, to int) float64 { return (costs[to] - costs[from]) / float64(to-from) }
	for n := range costs {
		for len(corners) > 1 && slope(corners[len(corners)-2], corners[len(corners)-1]) >= slope(corners[len(corners)-1], n) {
			corners = corners[:len(corners)-1]
		}
		corners = append(corners, n)
	}
	var leaps []leap
	for k := 1; k < len(corners) && costs[corners[k]] < costs[corners[k-1]]; k++ {
		leaps = append(leaps, leap{place: place, units: corners[k] - corners[k-1], each: -slope(corners[k-1], corners[k])})
	}
	return leaps
}
