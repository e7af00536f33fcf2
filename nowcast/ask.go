package nowcast

import (
	"math"
	"sort"

	"headroom/capacity"
)

// Terms are what a number of units depends on, beside the load to come.
type Terms struct {
	Rate float64 // load that one unit serves
	// Served is load that other units serve, of which nothing is decided.
	Served float64
	Lead   int // minutes after which a unit that is asked for serves, rounded up
	// Worth of a minute without missing capacity, in unit-minutes: the setting
	// between cost and safety, positive.
	Worth float64
}

// most is how many units are ever wanted.
const most = 1 << 20

// Want is how many units minute t should have, of which 1 begins now: the last
// that makes it sufficiently more likely that nothing is missing.
func (f Forecast) Want(minute int, t Terms) capacity.Units {
	return capacity.Units(sort.Search(most, func(n int) bool { return f.gain(minute, n+1, t) <= 0 }))
}

// Ask is how many units to ask for now, when so many were asked for last: what
// is wanted a lead time from now, when they serve, and those of what is there
// that are worth keeping.
func (f Forecast) Ask(asked capacity.Units, t Terms) capacity.Units {
	want := f.Want(t.Lead+1, t)
	if want >= asked {
		return want
	}
	return want + capacity.Units(sort.Search(int(asked-want), func(n int) bool { return !f.keeps(int(want)+n+1, t) }))
}

// keeps reports whether the nth unit gains anything in a minute that is near
// enough to wait for.
func (f Forecast) keeps(n int, t Terms) bool {
	for minute := 1; minute <= min(t.patience(), Hour); minute++ {
		if f.gain(minute, n, t) > 0 {
			return true
		}
	}
	return false
}

// patience is how many minutes a unit may wait for. What is let go is not back
// within a lead time. A long lead time is also paid for once more, and then it
// pays to wait for about as long again; where units are back soon, it does not.
// The numbers were chosen once for all loads.
func (t Terms) patience() int { return max(t.Lead, min(3*t.Lead-4, 2*t.Lead+2)) }

// gain is what the nth unit gains in a minute beyond its price, in
// unit-minutes. It falls from unit to unit.
func (f Forecast) gain(minute, n int, t Terms) float64 {
	without := t.Served + float64(n-1)*t.Rate
	with := t.Served + float64(n)*t.Rate
	if without < f.Quantile(minute, median) {
		return math.Inf(1)
	}
	return t.Worth*(f.chance(minute, with)-f.chance(minute, without)) - 1
}
