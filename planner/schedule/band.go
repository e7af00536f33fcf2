package schedule

import (
	"math"
	"slices"
)

// Band narrows the bounds to numbers that hold every cheapest sequence. Costs
// must be convex in each step: a unit beyond most[t] must cost something in step
// t, and one below least[t] must save something. Where changes cost, a unit
// beyond most must cost, over so many steps in a row, more than to stop it and
// to start it again, and a unit below least must save, over under steps, more
// than to start and to stop it; both are 1 where changes cost nothing. Bounds
// that are narrowed save time and change no answer.
//
// The sequences that keep bounds, ramps and dips are closed under the minimum of
// two. So a sequence that is nowhere below most bounds every cheapest one from
// above, for lowering to it what is above it saves money, if no valley of it is
// so short that the changes cost more. The closing of most, in the sense of
// mathematical morphology, fills the valleys that are too short for that, or for
// the dip. From below, it is the erosion of least by the longest dip, and the
// opening of that by under: raising to it whatever is below, and filling the
// valleys that this makes, never raises a step above its own least. With holds
// or a limit of changes, clipping a sequence at a constant adds no change and
// lengthens none, so the band is what lies between the extremes.
func (l Limits) Band(least, most []int, over, under int) (lo, hi []int) {
	steps := len(least)
	lo, hi = make([]int, steps), make([]int, steps)
	for t := range steps {
		lo[t], hi[t] = min(max(least[t], l.Lo[t]), l.Hi[t]), min(max(most[t], l.Lo[t]), l.Hi[t])
	}
	if l.Changes > 0 || slices.Max(l.Hold) > 0 {
		bottom, top := min(l.Before, slices.Min(lo)), max(l.Before, slices.Max(hi))
		for t := range steps {
			lo[t], hi[t] = min(max(l.Lo[t], bottom), l.Hi[t]), max(min(l.Hi[t], top), l.Lo[t])
		}
		return lo, hi
	}
	dip := min(slices.Max(l.Dip), steps)
	over, under = min(over, steps+1), min(under, steps+1)

	lo = extreme(lo, dip, dip, fewest)
	lo[0] = min(lo[0], l.Before+l.Up[0])
	for t := 1; t < steps; t++ {
		lo[t] = min(lo[t], lo[t-1]+l.Up[t])
	}
	for t := steps - 1; t > 0; t-- {
		lo[t-1] = min(lo[t-1], lo[t]+l.Down[t])
	}
	if under > 1 {
		lo = smooth(lo, under-1, l.Before, 0, fewest, largest)
	}

	hi[0] = max(hi[0], l.Before-l.Down[0])
	for t := steps - 1; t > 0; t-- {
		hi[t-1] = max(hi[t-1], hi[t]-l.Up[t])
	}
	for t := 1; t < steps; t++ {
		hi[t] = max(hi[t], hi[t-1]-l.Down[t])
	}
	switch {
	case over > 1: // a unit may be kept to the end, too
		hi = smooth(hi, max(dip, over-1), l.Before, math.MaxInt, largest, fewest)
	case dip > 0:
		hi = smooth(hi, dip, l.Before, 0, largest, fewest)
	}
	for t := range steps {
		lo[t] = max(lo[t], l.Lo[t])
		hi[t] = min(hi[t], l.Hi[t])
	}
	return lo, hi
}

func fewest(a, b int) bool  { return a < b }
func largest(a, b int) bool { return a > b }

// smooth takes the first in one order within each window of size+1 steps, then
// the first in the other among the windows that hold a step. If the former is
// the largest, that fills every valley of at most size steps, if it is the
// fewest, it removes every such hill. Before the first step runs before, for
// ever; after the last one comes after.
func smooth(s []int, size, before, after int, one, other func(a, b int) bool) []int {
	padded := make([]int, len(s)+2*size)
	copy(padded[size:], s)
	for i := range size {
		padded[i], padded[len(padded)-1-i] = before, after
	}
	return extreme(extreme(padded, 0, size, one), size, 0, other)[size : size+len(s)]
}

// extreme is the first in the given order among s[i-back] to s[i+ahead], for
// each i.
func extreme(s []int, back, ahead int, first func(a, b int) bool) []int {
	if back == 0 && ahead == 0 {
		return slices.Clone(s)
	}
	out, queue, head, next := make([]int, len(s)), make([]int, 0, len(s)), 0, 0
	for i := range s {
		for ; next < len(s) && next <= i+ahead; next++ {
			for len(queue) > head && !first(s[queue[len(queue)-1]], s[next]) {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, next)
		}
		for queue[head] < i-back {
			head++
		}
		out[i] = s[queue[head]]
	}
	return out
}
