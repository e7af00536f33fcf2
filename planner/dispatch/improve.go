package dispatch

import (
	"math"
	"slices"
)

// improve searches near the units for better ones, and everywhere if that is
// little. It reports whether nothing better is left.
func (b *ledger) improve(units [][]int, p prices) ([][]int, bool) {
	most := int(mostTries)
	if b.numbers() > mostExact {
		most = mostLarge
	}
	b.tries = most
	if len(b.Pools) <= mostFree {
		units = b.wander(units, p, b.all())
		if all := b.everything(); all.widest() <= mostWhole {
			b.tries = most
			return b.search(all, p, units, mostLabels, mostLabels)
		}
		return units, false
	}
	for range mostRounds {
		before := b.worth(units)
		for i := range b.Pools {
			for j := range i {
				units = b.wander(units, p, []int{j, i})
			}
		}
		if !b.worth(units).less(before) {
			break
		}
	}
	return units, false
}

// all are the pools.
func (b *ledger) all() []int {
	list := make([]int, len(b.Pools))
	for i := range list {
		list[i] = i
	}
	return list
}

// wander moves some pools at once to ever better units nearby, first by single
// units, then so that every pool can make up for one unit of another.
func (b *ledger) wander(units [][]int, p prices, pools []int) [][]int {
	most := 0.0
	for _, i := range pools {
		most = max(most, b.Pools[i].Rate)
	}
	for _, wide := range []float64{0, 1, 2} {
		reach := make([]int, len(b.Pools))
		for _, i := range pools {
			reach[i] = int(max(1, min(8, math.Ceil(wide*most/b.Pools[i].Rate))))
		}
		for combinations(reach) > nearWidth {
			k := slices.Index(reach, slices.Max(reach))
			reach[k]--
		}
		for range mostRounds {
			before := b.worth(units).cost
			units, _ = b.search(b.around(units, reach), p, units, max(200, min(2000, mostNear/b.steps)), nearAlike)
			if b.worth(units).cost > before-before>>20 {
				break
			}
		}
	}
	return units
}

// combinations is how many of them lie within reach.
func combinations(reach []int) int {
	size := 1
	for _, r := range reach {
		size *= 2*r + 1
	}
	return size
}
