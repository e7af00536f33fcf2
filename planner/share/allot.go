package share

import (
	"cmp"
	"fmt"
	"slices"

	"headroom/capacity"
)

// Allot splits the quota: the shares, in the order of the wants, add up to at
// most quota and have the least cost in sum. Units that save nothing stay
// unused. Of equal savings the higher priority has the first, then the earlier
// want.
//
// If the quota is less than all minima, priorities are served in their order, and
// the shares come beside a [capacity.ErrRefused] that names the first service
// that falls short and the smallest quota that would do. A want that is
// contradictory is a [capacity.ErrBadPolicy].
func Allot(wants []Want, quota int) ([]int, error) {
	if err := check(wants, quota); err != nil {
		return nil, err
	}
	order := byPriority(wants)
	shares, left := make([]int, len(wants)), quota
	least, short := 0, -1
	for _, i := range order {
		shares[i] = min(wants[i].Min, left)
		left -= shares[i]
		least += wants[i].Min
		if shares[i] < wants[i].Min && short < 0 {
			short = i
		}
	}
	if short >= 0 {
		return shares, fmt.Errorf("share a quota of %d: %q gets %d of its minimum of %d: it takes a quota of at least %d: %w",
			quota, wants[short].Service, shares[short], wants[short].Min, least, capacity.ErrRefused)
	}
	b := board{left: left, costs: make([][]float64, len(wants))}
	for place, i := range order {
		costs, err := table(wants[i], wants[i].Min+min(left, wants[i].Max-wants[i].Min))
		if err != nil {
			return nil, err
		}
		b.costs[place] = costs
	}
	for place, extra := range b.best() {
		shares[order[place]] += extra
	}
	return shares, nil
}

// byPriority is the wants' places, the highest priority first.
func byPriority(wants []Want) []int {
	order := make([]int, len(wants))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(wants[j].Priority, wants[i].Priority) })
	return order
}

// A board is what there is to share once the minima are served.
type board struct {
	left  int
	costs [][]float64 // of 0, 1, … more units, the highest priority first
}

// mostSteps is how many additions the exact way may take.
const mostSteps = 1 << 28

// best are the units that each gets beyond its minimum.
func (b board) best() []int {
	convex, steps := true, 0.0
	for _, costs := range b.costs {
		convex = convex && isConvex(costs)
		steps += float64(len(costs)) * float64(b.left+1)
	}
	switch {
	case convex:
		return b.single()
	case steps <= mostSteps:
		return b.exact()
	}
	single, hull := b.trade(b.single()), b.trade(b.hull())
	if b.cost(hull) < b.cost(single) {
		return hull
	}
	return single
}

// isConvex reports whether no further unit saves more than the one before.
func isConvex(costs []float64) bool {
	for k := 2; k < len(costs); k++ {
		if costs[k]-costs[k-1] < costs[k-1]-costs[k-2] {
			return false
		}
	}
	return true
}

// cost is what the given units cost in sum.
func (b board) cost(units []int) float64 {
	sum := 0.0
	for i, n := range units {
		sum += b.costs[i][n]
	}
	return sum
}
