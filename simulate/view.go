package simulate

import (
	"math"
	"time"

	"headroom/capacity"
)

// A View is what a policy can see at one moment. Its slices begin with the
// training part, end with the last measurement that had arrived, and must not
// be changed. They cost nothing to look at: each View only shows more of the
// same arrays.
type View struct {
	Now  time.Time
	Tick int // which tick begins now, counted from the first of the training part

	Load    []float64 // per second, by tick; NaN: no measurement
	Minutes []float64 // the same by minute, of the ticks that were measured
	Serving []int32   // units that served, by tick; zero in the training part

	Asked   capacity.Units // what was asked for last, also if it is on its way to the target
	Ready   capacity.Units // what serves now
	Pending capacity.Units // what was asked for and does not serve yet
}

// Last is the newest measurement: the load, and the units that served it. It is
// NaN if that one is missing, or if nothing was measured yet. At the first
// ticks, when only training was measured, the units are those that serve now.
func (v *View) Last() (load float64, units int32) {
	i := len(v.Load) - 1
	if i < 0 {
		return math.NaN(), int32(v.Ready)
	}
	if units = v.Serving[i]; units == 0 {
		units = int32(v.Ready)
	}
	return v.Load[i], units
}

// Mean is the mean load over the newest n ticks, leaving out what is missing;
// NaN if all of it is.
func (v *View) Mean(n int) float64 {
	return mean(v.Load[max(0, len(v.Load)-n):])
}

// mean leaves out NaN; of nothing it is NaN.
func mean(values []float64) float64 {
	sum, n := 0.0, 0
	for _, x := range values {
		if x == x {
			sum += x
			n++
		}
	}
	return sum / float64(n)
}
