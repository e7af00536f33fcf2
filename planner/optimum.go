package planner

import (
	"slices"
)

// A move is how a plan goes on after a step.
type move uint8

const (
	stay move = iota
	release
	grow
)

// optimum is the cheapest sequence of units within the limits.
//
// Going backwards, rest[0][n] is the best rest of a plan that runs n units and
// may change them either way; rest[j][n] the same while an earlier decrease
// forbids every increase into the j next steps. Of each only the current step is
// kept, of the choices all.
func optimum(l limits, costs [][]int64) []int {
	steps, low, holds := len(l.lo), slices.Min(l.lo), l.holds()
	width := slices.Max(l.hi) - low + 1
	rest, next := make([][]value, holds+1), make([][]value, holds+1)
	moves := make([][]move, holds+1)
	for j := range rest {
		rest[j], next[j] = make([]value, width), make([]value, width)
		moves[j] = make([]move, steps*width)
	}
	lower, higher := make([]int32, steps*width), make([]int32, steps*width)
	below, above := newWindow(width), newWindow(width)

	for t := steps - 1; t >= 0; t-- {
		rest, next = next, rest
		row := t * width
		below.place, above.place = lower[row:row+width], higher[row:row+width]
		if t < steps-1 {
			below.below(next[min(l.hold[t+1], holds)], l.down[t+1])
			above.above(next[0], l.up[t+1])
		} else {
			for i := range width { // nothing follows
				below.best[i], above.best[i] = never, never
				for j := range next {
					next[j][i] = value{}
				}
			}
		}
		from := l.lo[t] - low
		for j := range rest {
			here, after, chosen := rest[j], next[max(0, j-1)], moves[j][row:row+width]
			for i := range here[:from] {
				here[i] = never
			}
			for i := from + len(costs[t]); i < width; i++ {
				here[i] = never
			}
			for i, cost := range costs[t] {
				i += from
				best, choice := after[i], stay
				if below.best[i].less(best) {
					best, choice = below.best[i], release
				}
				if j == 0 && above.best[i].less(best) {
					best, choice = above.best[i], grow
				}
				if best.cost != never.cost {
					best = value{best.cost + cost, best.rest + int64(low+i)}
				}
				here[i], chosen[i] = best, choice
			}
		}
	}

	n, held := first(l, rest, low, holds)
	units := make([]int, steps)
	for t := range units {
		units[t] = n
		if t == steps-1 {
			break
		}
		at := t*width + n - low
		switch moves[held][at] {
		case stay:
			held = max(0, held-1)
		case release:
			n, held = low+int(lower[at]), min(l.hold[t+1], holds)
		case grow:
			n = low + int(higher[at])
		}
	}
	return units
}

// first is the best number for the first step, and for how many steps it then
// forbids an increase.
func first(l limits, rest [][]value, low, holds int) (n, held int) {
	best := never
	for m := max(l.lo[0], l.before-l.down[0]); m <= min(l.hi[0], l.before+l.up[0]); m++ {
		j := 0
		if m < l.before {
			j = min(l.hold[0], holds)
		}
		v := rest[j][m-low]
		if v != never && m != l.before {
			v.rest += oneChange
		}
		if v.less(best) {
			best, n, held = v, m, j
		}
	}
	return n, held
}
