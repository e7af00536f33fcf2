package schedule

import (
	"cmp"
	"math"
)

// A value is what a sequence is worth; less is better. First comes the cost,
// then the changes and the units.
type value struct {
	cost int64
	rest int64 // changes · oneChange + units
}

const oneChange = 1 << 42 // more than all units of all steps

// never is the value of what the limits do not allow.
var never = value{cost: math.MaxInt64, rest: math.MaxInt64}

func (v value) less(w value) bool {
	return v.cost < w.cost || v.cost == w.cost && v.rest < w.rest
}

// changes is how often a sequence of value v changes.
func (v value) changes() int { return int(v.rest / oneChange) }

// compare is negative if v is less than w, and positive if it is more.
func (v value) compare(w value) int {
	return cmp.Or(cmp.Compare(v.cost, w.cost), cmp.Compare(v.rest, w.rest))
}
