package models

import (
	"context"
	"fmt"
	"slices"

	"headroom/capacity"
)

// mstl takes the day and the week out of the load by a [decomposer], goes on
// with the last cycle of each, and leaves the rest to a smoothing without a
// season. Bandara, Hyndman and Bergmeir (MSTL, arXiv:2107.13462, 2021) found that
// ahead of other ways to forecast with several seasons, at a fraction of their
// cost. It works on the load or, where no load comes near zero, on its
// logarithm, whichever is likelier.
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
	fitted, err := m.FitEach(ctx, s, []int{s.Len()})
	if err != nil {
		return nil, err
	}
	return fitted[0], nil
}

// FitEach fits the model to the first so many steps of s, for each of ends,
// which ascend, as Fit would; but ends with the same seasons share the scale of
// the first of them, and the form of the smoothing is chosen anew only where
// there is a seventh more to choose by. An error of one is one of all.
func (m mstl) FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s.Slice(0, ends[0]), 2*m.seasons[0]+1); err != nil {
		return nil, err
	}
	if err := s.Slice(0, ends[len(ends)-1]).Validate(); err != nil {
		return nil, fmt.Errorf("model %q: %w", m.Name(), err)
	}
	var fitted []capacity.Fitted
	var seasons decomposer
	var best *smoothingSearch
	chosen := 0 // the steps when the form was
	for _, end := range ends {
		loads := s.Values[:end]
		var last [][]float64
		var rest []float64
		ok := true
		if now := m.seasonsIn(end); len(now) > len(seasons) {
			seasons, chosen = newDecomposer(now), end
			best, last, rest, ok = m.choose(loads, seasons)
		} else {
			on := best.x.on
			x, stretch := on.all(loads)
			last, rest = seasons.cycles(x)
			if more := newScaled(on, rest, stretch); grown(end, chosen) {
				chosen = end
				best, ok = chooseSmoothing([]scaled{more}, seasonless)
			} else {
				best = best.longer(more)
			}
		}
		if !ok {
			return nil, fmt.Errorf("model %q: %d steps with %d gaps are too few, wait for more history or use a simpler model: %w",
				m.Name(), end, s.Slice(0, end).Gaps(), capacity.ErrTooShort)
		}
		f := mstlFitted{header: header{m.Name(), version, s.Step}, Scale: best.x.on, Seasons: m.seasonsIn(end), Smoothing: best.smoothing()}
		f.Least, f.Most = span(loads)
		f.seen = &decomposed{slices.Clone(loads), last, rest}
		fitted = append(fitted, f)
	}
	return fitted, nil
}

// seasonsIn is the seasons that so many steps have room for.
func (m mstl) seasonsIn(steps int) []int {
	var seasons []int
	for _, season := range m.seasons {
		if steps > 2*season {
			seasons = append(seasons, season)
		}
	}
	return seasons
}

// choose decomposes loads on each scale and is the best smoothing of the rest,
// with the last cycle of each season and that rest.
func (m mstl) choose(loads []float64, seasons decomposer) (best *smoothingSearch, last [][]float64, rest []float64, ok bool) {
	on := scales(loads, []bool{false, true})
	lasts := make([][][]float64, len(on))
	for i := range on {
		var rest []float64
		lasts[i], rest = seasons.cycles(on[i].x)
		on[i] = newScaled(on[i].on, rest, on[i].stretch)
	}
	if best, ok = chooseSmoothing(on, seasonless); !ok {
		return nil, nil, nil, false
	}
	i := slices.IndexFunc(on, func(x scaled) bool { return x.on == best.x.on })
	return best, lasts[i], on[i].x, true
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
