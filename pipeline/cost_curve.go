package pipeline

import (
	"math"
	"slices"

	"headroom/capacity"
)

// A costCurve is what a service costs over its horizon, by the most units that
// one of its pools may run: from the policy's min to the peak that it would
// reach without a quota. Beyond that nothing changes.
type costCurve struct {
	Pool  string
	Quota string
	Most  capacity.Units // the policy's max
	Units []capacity.Units
	Cost  []float64
}

// places is for how many numbers of units a curve is worked out.
const places = 8

// curve works out one pool's curve by making plans.
func curve(p capacity.Policy, i int, build func(pool int, most capacity.Units) (capacity.Plan, error)) (costCurve, error) {
	pool := p.Pools[i]
	c := costCurve{Pool: pool.Name, Quota: pool.Quota, Most: pool.Max}
	free, err := build(i, pool.Max)
	if err != nil {
		return c, err
	}
	peak := pool.Min
	for _, step := range free.Pools[i].Steps {
		peak = max(peak, step.Units)
	}
	missing := worth(p)
	least := min(pool.Min, peak)
	for k := range capacity.Units(places) {
		units := least + (peak-least)*k/(places-1)
		if n := len(c.Units); n > 0 && c.Units[n-1] == units {
			continue
		}
		plan, err := build(i, max(units, 1))
		if err != nil {
			return c, err
		}
		e := plan.Expect
		c.Units, c.Cost = append(c.Units, units), append(c.Cost, e.UnitCost+e.ChangeCost+e.MissingUnitHours*missing)
	}
	return c, nil
}

// A slope is a stretch of a lower convex envelope on which each further unit
// saves the same.
type slope struct {
	to    int     // units at its end
	cost  float64 // there
	saves float64 // each unit of it
}

// convex is the lower convex envelope of the curve, left to right, the first
// slope without length. All numbers are multiples of one power of two, and small
// enough that their sums are exact: then no further unit saves more than the one
// before, whatever is added up, which is what lets [share.Allot] deal units out
// one by one however many there are.
func (c costCurve) convex() []slope {
	var corners []int
	each := func(from, to int) float64 {
		return (c.Cost[from] - c.Cost[to]) / float64(c.Units[to]-c.Units[from])
	}
	top := 0.0
	for n, cost := range c.Cost {
		top = max(top, math.Abs(cost))
		for len(corners) > 1 && each(corners[len(corners)-2], corners[len(corners)-1]) <= each(corners[len(corners)-1], n) {
			corners = corners[:len(corners)-1]
		}
		corners = append(corners, n)
	}
	_, exponent := math.Frexp(top)
	quantum := math.Ldexp(1, exponent-grain)
	rounded := func(v float64) float64 { return math.Floor(v/quantum) * quantum }
	slopes := make([]slope, len(corners))
	cost := rounded(c.Cost[corners[len(corners)-1]])
	for k := len(corners) - 1; k >= 0; k-- {
		at := corners[k]
		slopes[k] = slope{to: int(c.Units[at]), cost: cost}
		if k > 0 {
			slopes[k].saves = rounded(each(corners[k-1], at))
			cost += slopes[k].saves * float64(c.Units[at]-c.Units[corners[k-1]])
		}
	}
	return slopes
}

// grain is how many bits of the highest cost are kept: a trillionth of it is
// lost, and a thousand times as much can still be added up.
const grain = 40

// costs is the cost of each number of units, by the envelope.
func (c costCurve) costs() func(units int) float64 {
	slopes := c.convex()
	return func(units int) float64 {
		i, _ := slices.BinarySearchFunc(slopes, units, func(s slope, units int) int { return s.to - units })
		s := slopes[min(i, len(slopes)-1)]
		return s.cost + s.saves*float64(s.to-units)
	}
}

// distinct is the curve with each number of units once, at its least cost.
func (c costCurve) distinct() costCurve {
	d := costCurve{Pool: c.Pool, Quota: c.Quota, Most: c.Most}
	for i, units := range c.Units {
		if n := len(d.Units); n > 0 && d.Units[n-1] == units {
			d.Cost[n-1] = min(d.Cost[n-1], c.Cost[i])
			continue
		}
		d.Units, d.Cost = append(d.Units, units), append(d.Cost, c.Cost[i])
	}
	return d
}
