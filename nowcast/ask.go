package nowcast

import (
	"math"
	"sort"

	"headroom/capacity"
)

// Terms are what a number of units depends on, beside the load to come.
type Terms struct {
	Rate float64 // load that one unit serves
	Lead int     // minutes after which a unit that is asked for serves
	// Worth of a minute without missing capacity, in unit-minutes: the knob
	// between cost and safety, positive.
	Worth float64
}

// least is the lowest level that is ever chosen: what is that dear to serve is
// left to whoever watches, not given up.
const least = 0.5

// Want is how many units minute t should have, of which 1 begins now.
func (f Forecast) Want(minute int, t Terms) capacity.Units {
	best, units, quantiles := math.Inf(-1), 0.0, f.line(minute)
	for l := sort.SearchFloat64s(levels, least); l < len(levels); l++ {
		n := math.Ceil(quantiles.at(l)/t.Rate - 1e-9)
		if v := t.Worth*levels[l] - n; v > best {
			best, units = v, n
		}
	}
	return capacity.Units(units)
}

// Ask is how many units to ask for now, when so many were asked for last: what
// is wanted a lead time from now, when they serve. Units that are there already
// stay as long as they are wanted again before it would pay to fetch them anew,
// which takes a lead time that is paid for too.
func (f Forecast) Ask(asked capacity.Units, t Terms) capacity.Units {
	// What is asked for in a minute from now serves a minute later.
	want := max(f.Want(t.Lead+1, t), f.Want(t.Lead+2, t))
	if want >= asked {
		return want
	}
	for minute := 1; minute <= min(2*t.Lead+2, Hour); minute++ {
		if want = max(want, f.Want(minute, t)); want >= asked {
			return asked
		}
	}
	return want
}
