package capacity

import "time"

// An Event is something known beforehand that changes load for a while: a
// launch, a sale, a match. In [From, To) it has its whole effect.
type Event struct {
	Name string
	Kind string        // events of one kind teach each other; empty: of no kind
	From time.Time     // when the whole effect begins
	To   time.Time     // when it ends
	Ramp time.Duration // how long load climbs before From, and falls after To
	// Uplift is what was declared. The zero Uplift leaves it to be learnt: from
	// the past event that Like names, or else from past events of the same Kind.
	Uplift Uplift
	Like   string
}

// An Uplift is what an event does to the load that there is without it: it
// multiplies it by Factor, or adds Add to it. At most one of the two is set.
type Uplift struct {
	Factor float64 // zero: not said
	Add    float64 // per second for sums, as the load of units; may be negative
}

// String says it in words.
func (u Uplift) String() string {
	switch {
	case u.Factor != 0:
		return Figure(u.Factor) + " times the load"
	case u.Add != 0:
		return Figure(u.Add) + " added"
	}
	return "nothing"
}

// Declared reports whether anything was said.
func (u Uplift) Declared() bool { return u != Uplift{} }
