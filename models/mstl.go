package models

import (
	"context"
	"fmt"
	"math"

	"headroom/capacity"
)

// mstl takes the day and the week out of the load by [decompose], goes on with
// the last cycle of each, and leaves the rest to a smoothing without a season.
// Bandara, Hyndman and Bergmeir (MSTL, arXiv:2107.13462, 2021) found that
// ahead of other ways to forecast with several seasons, at a fraction of their
// cost. It works on the load or,
// where no load comes near zero, on its logarithm, whichever is likelier.
type mstl struct {
	seasons []int // steps, ascending
}

// newMSTL is the model for load with these seasons, week 0 where there is none.
func newMSTL(day, week int) mstl {
	if week == 0 {
		return mstl{[]int{day}}
	}
	return mstl{[]int{day, week}}
}

// Name implements [capacity.Model].
func (mstl) Name() string { return "mstl" }

// Fit implements [capacity.Model]. It needs more than two days, and uses the
// week once there are more than two of it.
func (m mstl) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 2*m.seasons[0]+1); err != nil {
		return nil, err
	}
	f := mstlFitted{header: header{m.Name(), version, s.Step}}
	f.Least, f.Most = span(s.Values)
	for _, season := range m.seasons {
		if s.Len() > 2*season {
			f.Seasons = append(f.Seasons, season)
		}
	}
	lowest := math.Inf(1)
	for _, log := range []bool{false, true} {
		on := newScale(log, s.Values)
		if on.Shift > 0 {
			continue
		}
		x, stretch := on.all(s.Values)
		_, rest := decompose(x, f.Seasons)
		p, aicc := chooseSmoothing(rest, seasonless)
		if aicc += stretch; aicc < lowest {
			f.Scale, f.Smoothing, lowest = on, p, aicc
		}
	}
	if math.IsInf(lowest, 1) {
		return nil, fmt.Errorf("model %q: %d steps with %d gaps are too few, wait for more history or use a simpler model: %w",
			m.Name(), s.Len(), s.Gaps(), capacity.ErrTooShort)
	}
	return f, nil
}

// Load implements [capacity.Model].
func (m mstl) Load(data []byte) (capacity.Fitted, error) {
	var f mstlFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.usable() {
		return nil, bad(m.Name(), "its seasons, shares, scale or bounds do not fit together")
	}
	return f, nil
}
