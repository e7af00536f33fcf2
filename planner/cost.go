package planner

import (
	"math"
	"math/bits"

	"headroom/capacity"
)

// wish is what the objective says about one step if there were no limits.
type wish struct {
	need  float64 // units, at the risk level
	units int     // the cheapest number; the fewest of several
}

// Money is counted in parts of 1/720720 of a power of ten, so that the thirds
// and tenths which people's numbers lead to stay whole: a tie is a tie whatever
// the rounding. The largest of the prices is up to so many parts, coarse enough
// that a rounding error vanishes.
const (
	divisible = 720_720
	quanta    = divisible * 1_000_000
)

// mostCost is what no sum of costs exceeds, in bits.
const mostCost = 60

// A tariff counts money in whole parts, so that the cheapest plan has the least
// sum and equal plans have equal sums.
type tariff struct {
	pool    capacity.Pool
	missing float64 // of a missing unit for a step, or 0 with a service level
	unit    float64 // of a unit for a step
	change  int64   // of a unit started or stopped
	short   int64   // of a unit below the service level: more than all of the above
	outside int64   // of a unit outside the bounds: more than anything else
	paid    int
	money   float64 // that one part is
	// clear is what a unit too many costs in a step at least, or one too few
	// saves; over patience steps that is more than stopping and starting it.
	clear    int64
	patience int
}

// tariffOf chooses the parts so that no sum overflows. What counts before
// everything else takes the highest bits.
func tariffOf(in Input, l limits) tariff {
	pool, o := in.Policy.Pools[0], in.Policy.Objective
	widest := 1
	for _, n := range l.Hi {
		widest = max(widest, n)
	}
	room := bits.Len(uint(widest)) + bits.Len(uint(len(l.Hi)))
	t := tariff{pool: pool, paid: int(min(mostUnits, pool.Paid)), clear: 1, patience: 1}
	free := mostCost - room // the bits of what one unit in one step may cost
	next := func() int64 {
		weight := int64(1) << max(0, free)
		free -= room + 2
		return weight
	}
	if l.soft {
		t.outside = next()
	}
	if o.ServiceLevel > 0 {
		t.short = next()
	}
	change := o.Change / in.Forecast.Step.Hours()
	most := max(pool.Price, o.Missing, change)
	if most < 1e-250 { // nothing costs anything
		return t
	}
	parts := max(1, min(quanta, math.Ldexp(1, free-1))) / most // to a unit of money
	if ten := math.Pow(10, math.Floor(math.Log10(parts/divisible))); ten > 0 {
		parts = ten * divisible
	}
	t.money = in.Forecast.Step.Hours() / parts
	t.missing = parts * (o.Missing * (1 - away(pool)))
	t.unit = parts * pool.Price
	if o.ServiceLevel > 0 && pool.Price > 0 {
		t.unit = max(1, math.Round(t.unit))
	}
	t.change = int64(math.Round(parts * change))
	if t.change == 0 && change > 0 {
		t.change = 1
	}
	if t.change > 0 {
		t.clear = max(1, min(t.change/4, int64(t.unit/2)))
		t.patience = int(min(mostUnits, 2*t.change/t.clear+1))
	}
	return t
}

// extra is what the unit after the n-th costs in a share of a step, less what it
// saves there.
func (t *tariff) extra(n int, w wish, saved, share float64) int64 {
	unit := t.unit
	if n < t.paid {
		unit = 0
	}
	e := int64(math.Floor(share*(unit-t.missing*saved) + 0.5))
	if e == 0 && saved == 0 && t.missing > 0 && unit > 0 {
		e = 1 // however cheap, it is not free
	}
	if n < w.units {
		e -= t.short
	}
	if t.outside > 0 {
		if n < int(t.pool.Min) {
			e -= t.outside
		}
		if n >= int(t.pool.Max) {
			e += t.outside
		}
	}
	return e
}

// step is extra for a step's need.
func (t *tariff) step(d *need, w wish, n int) int64 {
	saved := 0.0
	if t.missing > 0 {
		saved = d.saves(n)
	}
	return t.extra(n, w, saved, d.part.share(n+1))
}

// cheapest are the fewest and the most units that are cheapest in a step alone,
// between lo and hi: beyond them, a unit costs or saves clearly.
func (t *tariff) cheapest(d *need, w wish, lo, hi int) (least, most int) {
	least = min(max(w.units, lo), hi)
	for least > lo && t.step(d, w, least-1) > -t.clear {
		least--
	}
	for least < hi && t.step(d, w, least) <= -t.clear {
		least++
	}
	for most = least; most < hi && t.step(d, w, most) < t.clear; most++ {
		if float64(most) >= d.points[len(d.points)-1] && most >= w.units && most >= int(t.pool.Min) {
			// Beyond all need, each unit costs the same up to paid, and after.
			if most < t.paid {
				most = min(hi, t.paid) - 1
			} else {
				most = hi - 1
			}
		}
	}
	return least, most
}

// costs gives every number of units within the bounds its cost in each step. A
// constant per step is left out.
func (t *tariff) costs(ds []need, wishes []wish, lo, hi []int) [][]int64 {
	cells := 0
	for i := range lo {
		cells += hi[i] - lo[i] + 1
	}
	all, flat := make([][]int64, len(ds)), make([]int64, cells)
	for i := range ds {
		width := hi[i] - lo[i] + 1
		row := flat[:width:width]
		flat = flat[width:]
		for k := 1; k < width; k++ {
			row[k] = row[k-1] + t.step(&ds[i], wishes[i], lo[i]+k-1)
		}
		all[i] = row
	}
	return all
}
