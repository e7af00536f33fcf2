package nowcast

import (
	"math"
	"sort"
)

// A chance is how likely it is that the load is at most so much, as the least
// concave function above the quantiles from the median on: what one more unit
// adds to it then falls from unit to unit, so that the best number of units is
// where it no longer pays. Where the true function is not concave, a number in
// between is never the best one.
type chance struct {
	load  []float64 // ascending
	level []float64
	tail  float64 // scale of the exponential tail above the highest quantile
}

// Places of levels: the lowest that is ever chosen, as what is dearer to serve is
// left to whoever watches, and not given up; and the one beyond which lies ten
// times as much as beyond the highest, from which the tail is measured.
var median, tenth = sort.SearchFloat64s(levels, 0.5), sort.SearchFloat64s(levels, 0.99)

// newChance is that of the quantiles at levels, ascending.
func newChance(quantiles []float32) chance {
	var c chance
	for l := median; l < len(levels); l++ {
		c.add(float64(quantiles[l]), levels[l])
	}
	last := len(levels) - 1
	c.tail = max(float64(quantiles[last]-quantiles[tenth])/math.Log(10), 1e-6)
	if n := len(c.load); n > 1 { // nor may the tail be steeper than what is before it
		c.tail = max(c.tail, (1-c.level[n-1])*(c.load[n-1]-c.load[n-2])/(c.level[n-1]-c.level[n-2]))
	}
	return c
}

// add takes in a higher quantile, and leaves out those below the line to it.
func (c *chance) add(load, level float64) {
	n := len(c.load)
	for n > 0 && c.load[n-1] >= load {
		n--
	}
	for n > 1 && (c.level[n-1]-c.level[n-2])*(load-c.load[n-2]) <= (level-c.level[n-2])*(c.load[n-1]-c.load[n-2]) {
		n--
	}
	c.load, c.level = append(c.load[:n], load), append(c.level[:n], level)
}

// at is the chance that the load is at most so much; below the median, where
// nothing is chosen, it goes on in a straight line.
func (c chance) at(load float64) float64 {
	i := sort.SearchFloat64s(c.load, load)
	switch {
	case i == len(c.load):
		return 1 - (1-c.level[i-1])*math.Exp(-(load-c.load[i-1])/c.tail)
	case i == 0 && len(c.load) == 1:
		return c.level[0] - (1-c.level[0])*(c.load[0]-load)/c.tail
	case i == 0:
		i = 1
	}
	return c.level[i-1] + (c.level[i]-c.level[i-1])*(load-c.load[i-1])/(c.load[i]-c.load[i-1])
}
