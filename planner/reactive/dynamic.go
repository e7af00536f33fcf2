package reactive

import (
	"math"
	"time"

	"headroom/capacity"
)

// Dynamic keeps utilisation at a target: as many units as bring the load of now
// to it. It goes up at once, and down only to the highest number that it wanted
// during a while, as the horizontal autoscaler of Kubernetes does:
// https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/.
type Dynamic struct {
	// Target is the utilisation aimed at, above 0. Zero: 0.7.
	Target float64
	// Tolerance is the relative distance to the target that changes nothing.
	// Zero: 0.1. Negative: none.
	Tolerance float64
	// Hold is how long a wanted number keeps the units from falling below it.
	// Zero: 5 minutes. Negative: not at all.
	Hold time.Duration
}

// Wants is what a [Dynamic] wanted lately, oldest first, falling: what a newer
// and higher number made pointless is forgotten. The zero Wants is a start.
type Wants []Want

// A Want is a number of units and when it was wanted.
type Want struct {
	At    time.Time
	Units capacity.Units
}

// Units is how many units to ask for, and what to hand in the next time; the
// wants that were handed in are used up. Without a usable load it is what is
// asked for already.
func (d Dynamic) Units(m Measurement, w Wants) (capacity.Units, Wants) {
	if !m.known() {
		return m.Units, w
	}
	target, tolerance, hold := d.Target, d.Tolerance, d.Hold
	if !(target > 0) {
		target = 0.7
	}
	if tolerance == 0 {
		tolerance = 0.1
	}
	if hold == 0 {
		hold = 5 * time.Minute
	}
	want := m.Units
	// Against the units that are asked for, not those that serve: what is on
	// its way must not be asked for again.
	if at := m.Load / (float64(m.Units) * m.UnitRate * target); !(math.Abs(at-1) <= tolerance) {
		want = ceil(m.Load / (m.UnitRate * target))
	}
	for len(w) > 0 && w[len(w)-1].Units <= want {
		w = w[:len(w)-1]
	}
	w = append(w, Want{m.At, want})
	for len(w) > 1 && !w[0].At.After(m.At.Add(-hold)) {
		w = w[1:]
	}
	return max(want, min(m.Units, w[0].Units)), w
}

// ceil is the least whole number of units that is not below n, give or take one
// part in a billion for what floating point leaves over.
func ceil(n float64) capacity.Units {
	return capacity.Units(min(math.Ceil(n*(1-1e-9)), math.MaxInt32))
}
