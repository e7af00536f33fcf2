package models

import (
	"context"
	"math"

	"headroom/capacity"
)

// doubleSeasonal is exponential smoothing with a day inside a week and an
// autoregression of its errors, which Taylor (Journal of the Operational
// Research Society 54, 2003, 799-805) made for electricity demand by the half
// hour. As in his later form without a trend (European Journal of Operational
// Research 204, 2010, 139-152) level, day and week each take up a share of the
// same error. It is additive on the load or, where no load comes near zero, on
// its logarithm, whichever is likelier.
type doubleSeasonal struct {
	day, week int // steps
}

// Name implements [capacity.Model].
func (doubleSeasonal) Name() string { return "double-seasonal" }

// Fit implements [capacity.Model]. It needs two weeks.
func (m doubleSeasonal) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 2*m.week); err != nil {
		return nil, err
	}
	f := doubleSeasonalFitted{header: header{m.Name(), version, s.Step}}
	f.Least, f.Most = span(s.Values)
	n := float64(s.Len() - s.Gaps())
	lowest := math.Inf(1)
	for _, log := range []bool{false, true} {
		on := newScale(log, s.Values)
		if on.Shift > 0 {
			continue
		}
		x, stretch := on.all(s.Values)
		p, squares := fitNested(x, m.day, m.week)
		if unlikely := n*math.Log(max(squares/n, 1e-20)) + stretch; unlikely < lowest {
			f.Scale, f.Smoothing, lowest = on, p, unlikely
		}
	}
	return f, nil
}

// Load implements [capacity.Model].
func (m doubleSeasonal) Load(data []byte) (capacity.Fitted, error) {
	var f doubleSeasonalFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Scale.valid() || !f.Smoothing.usable() || !(f.Least >= 0 && f.Least <= f.Most) {
		return nil, bad(m.Name(), "its seasons, shares, scale or bounds do not fit together")
	}
	return f, nil
}

// fitNested finds the smoothing of x by day and week with the least squared
// errors of one step ahead, and returns it with their sum. The shares are
// positive and their sum is below 1, so old errors always lose their influence.
func fitNested(x []float64, day, week int) (nested, float64) {
	begin := newNestedStart(x, day, week)
	squares := func(place []float64) float64 {
		p := nestedAt(place, day, week)
		if sum := p.follow(x, begin.of(p)); sum < math.Inf(1) {
			return sum
		}
		return math.Inf(1) // also for NaN
	}
	var place []float64
	least := math.Inf(1)
	for _, alpha := range []float64{-4, -1} {
		for _, phi := range []float64{0, 3} {
			from := []float64{alpha, -2, -1, phi}
			if sum := squares(from); place == nil || sum < least {
				place, least = from, sum
			}
		}
	}
	place = descend(squares, place, 40*len(place))
	return nestedAt(place, day, week), squares(place)
}

// nestedAt is the smoothing at a place of the search, whose coordinates are
// logits.
func nestedAt(place []float64, day, week int) nested {
	share := func(i int) float64 { return 1 / (1 + math.Exp(-place[i])) }
	p := nested{Day: day, Week: week, Alpha: share(0), Phi: 0.99 * (2*share(3) - 1)}
	p.Delta = (1 - p.Alpha) * share(1)
	p.Omega = (1 - p.Alpha - p.Delta) * share(2)
	return p
}
