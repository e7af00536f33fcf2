package simulate

import (
	"cmp"
	"slices"
)

// A Point is what one setting of a policy gives.
type Point struct {
	Setting float64
	Share   float64 // of time in which capacity is missing
	Cost    float64 // money
}

// A Curve is the lower-left convex hull of points: growing share, falling cost.
// What lies between two of its points is reached by using the one setting for a
// part of the time and the other for the rest.
type Curve []Point

// Hull is the curve of what a sweep gave.
func Hull(scores []Score) Curve {
	var points []Point
	for _, s := range scores {
		points = append(points, Point{Setting: s.Setting, Share: s.Share, Cost: s.Cost})
	}
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Share, b.Share), cmp.Compare(a.Cost, b.Cost))
	})
	var c Curve
	for _, p := range points {
		if len(c) > 0 && p.Cost >= c[len(c)-1].Cost {
			continue // neither cheaper nor safer than another
		}
		for len(c) > 1 {
			a, b := c[len(c)-2], c[len(c)-1]
			if (b.Cost-a.Cost)*(p.Share-a.Share) < (p.Cost-a.Cost)*(b.Share-a.Share) {
				break
			}
			c = c[:len(c)-1]
		}
		c = append(c, p)
	}
	return c
}

// Reach says whether a level of missing capacity is one that a curve has.
type Reach string

// The reaches.
const (
	Within Reach = "within" // between two points, or on one
	// Looser: every setting keeps a stricter level. The cost is that of the
	// cheapest, and a setting that was not tried may be cheaper.
	Looser Reach = "looser than any setting tried"
	// Stricter: no setting keeps the level, and there is no cost.
	Stricter Reach = "stricter than any setting reaches"
)

// CostAt is the money at which the curve keeps capacity missing in at most this
// share of time. An empty curve reaches nothing.
func (c Curve) CostAt(share float64) (float64, Reach) {
	i, found := slices.BinarySearchFunc(c, share, func(p Point, share float64) int { return cmp.Compare(p.Share, share) })
	switch {
	case found:
		return c[i].Cost, Within
	case i == 0:
		return 0, Stricter
	case i == len(c):
		return c[i-1].Cost, Looser
	}
	a, b := c[i-1], c[i]
	return a.Cost + (b.Cost-a.Cost)*(share-a.Share)/(b.Share-a.Share), Within
}

// ExcessAt is by which part of the oracle's cost the curve costs more than the
// oracle at the same share of missing capacity: 0.1 is ten percent more. The
// reach is Stricter if either does not keep the level.
func (c Curve) ExcessAt(share float64, oracle Curve) (float64, Reach) {
	cost, reach := c.CostAt(share)
	least, reached := oracle.CostAt(share)
	if reach == Stricter || reached == Stricter || least == 0 {
		return 0, Stricter
	}
	return cost/least - 1, reach
}
