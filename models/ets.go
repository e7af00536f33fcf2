package models

import (
	"context"
	"fmt"
	"math"

	"headroom/capacity"
)

// ets is exponential smoothing that chooses its own form, as Hyndman, Koehler,
// Snyder and Grose (International Journal of Forecasting 18, 2002, 439-454) let
// it: without a slope, with one, or with one that fades; without a season, or
// with that of the day or of the week; and additive on the load or, where no
// load comes near zero, on its logarithm, which makes trend and season
// multiplicative. The lowest AICc decides, that on the logarithm brought back
// to the load.
type ets struct {
	name  string
	forms []form // to choose from
	logs  []bool // whether on the logarithm
}

// newETS is the model with every form, for load with these seasons, 0 where
// there is none; what is longer than longestSeason is left out.
//
// Where there is a season, a form without it has no slope: that would follow
// the flanks of the season, and then run away. Nor has a form with the week,
// beside which only a slope that hardly ever changes is admissible.
func newETS(day, week int) ets {
	forms := seasonless
	if day > 0 && day <= longestSeason {
		forms = []form{{flat, 0}, {flat, day}, {fading, day}, {steady, day}}
		if week > 0 && week <= longestSeason {
			forms = append(forms, form{flat, week})
		}
	}
	return ets{"ets", forms, []bool{false, true}}
}

// newDamped is the one form with a slope that fades and an additive season,
// that of the day: Gardner and McKenzie (Management Science 31, 1985,
// 1237-1246) found that trends which fade forecast better than those which
// stay.
func newDamped(day int) ets {
	if day > longestSeason {
		day = 0
	}
	return ets{"damped", []form{{fading, day}}, []bool{false}}
}

// Name implements [capacity.Model].
func (m ets) Name() string { return m.name }

// Fit implements [capacity.Model]. A season needs two of it.
func (m ets) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	fitted, err := m.FitEach(ctx, s, []int{s.Len()})
	if err != nil {
		return nil, err
	}
	return fitted[0], nil
}

// FitEach fits the model to the first so many steps of s, for each of ends,
// which ascend, as Fit would; but the form and the scale are chosen anew only
// where there is a seventh more to choose by, and in between the search for the
// shares goes on from one end to the next. An error of one is one of all.
func (m ets) FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error) {
	if err := ready(ctx, m.name, s.Slice(0, ends[0]), 1); err != nil {
		return nil, err
	}
	if err := s.Slice(0, ends[len(ends)-1]).Validate(); err != nil {
		return nil, fmt.Errorf("model %q: %w", m.name, err)
	}
	fitted := make([]capacity.Fitted, len(ends))
	var best *smoothingSearch
	chosen := 0 // the steps when the form was
	for i, end := range ends {
		loads := s.Values[:end]
		if grown(end, chosen) {
			var ok bool
			if best, ok = chooseSmoothing(scales(loads, m.logs), m.forms); !ok {
				return nil, fmt.Errorf("model %q: %d steps with %d gaps are too few for its simplest form, wait for more history or use a simpler model: %w",
					m.name, end, s.Slice(0, end).Gaps(), capacity.ErrTooShort)
			}
			chosen = end
		} else {
			on := best.x.on
			x, stretch := on.all(loads)
			best = best.longer(newScaled(on, x, stretch))
		}
		f := etsFitted{header: header{m.name, version, s.Step}, Scale: best.x.on, Smoothing: best.smoothing()}
		f.Least, f.Most = span(loads)
		fitted[i] = f
	}
	return fitted, nil
}

// scales is loads themselves and their logarithm, or one of them, as asked for;
// without the logarithm where a load comes near zero.
func scales(loads []float64, logs []bool) []scaled {
	var all []scaled
	for _, log := range logs {
		if on := newScale(log, loads); on.Shift == 0 {
			x, stretch := on.all(loads)
			all = append(all, newScaled(on, x, stretch))
		}
	}
	return all
}

// Load implements [capacity.Model].
func (m ets) Load(data []byte) (capacity.Fitted, error) {
	var f etsFitted
	if err := decode(data, m.name, &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Scale.valid() || !f.Smoothing.usable() || !(f.Least >= 0 && f.Least <= f.Most) {
		return nil, bad(m.name, "its shares, scale or bounds do not fit together")
	}
	return f, nil
}

// all is loads on the scale, and what that adds to minus twice the logarithm of
// their likelihood, so that models on different scales can be compared.
func (s scale) all(loads []float64) (x []float64, stretch float64) {
	x = make([]float64, len(loads))
	for i, v := range loads {
		x[i] = s.of(v)
		if s.Log && !math.IsNaN(v) {
			stretch += 2 * x[i]
		}
	}
	return x, stretch
}
