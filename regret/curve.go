package regret

import "time"

// Curves are units over time: what the load needed, and what served. They begin
// with the window, and are in steps of Tick.
type Curves struct {
	Tick     time.Duration
	Need     Curve // -1 where the time is not compared
	Done     Curve
	Oracle   Curve
	Reactive Curve
}

// A Curve is units by tick, written as runs of the same number.
type Curve []Stretch

// A Stretch is a number that holds for so many ticks.
type Stretch struct {
	Ticks int
	Units int32
}

// NewCurve writes units by tick as a curve.
func NewCurve(units []int32) Curve {
	var c Curve
	for _, n := range units {
		if last := len(c) - 1; last >= 0 && c[last].Units == n {
			c[last].Ticks++
			continue
		}
		c = append(c, Stretch{1, n})
	}
	return c
}

// Values is the curve by tick.
func (c Curve) Values() []int32 {
	var units []int32
	for _, s := range c {
		for range s.Ticks {
			units = append(units, s.Units)
		}
	}
	return units
}
