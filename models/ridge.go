package models

import (
	"context"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

// ridge is a linear autoregression: the next step is a weighted sum of the
// steps just before it and of those around the same time one day, some days
// and a week ago. The weights are shrunk, by as much as generalised
// cross-validation asks for, since neighbouring lags say nearly the same.
// Doornik, Castle and Hendry (International Journal of Forecasting 36, 2020,
// 129-134) showed with Card, the best method on the hourly series of the M4
// competition, how far linear autoregressions carry; this is the plain form.
//
// A row of the regression with a gap in it is left out, never filled in.
type ridge struct {
	name       string
	log        bool // on the logarithm of the load
	difference int  // on the change against so many steps ago, if positive
	day, week  int  // steps, or 0
	dense      bool // every recent lag, up to a day or 26
}

// Name implements [capacity.Model].
func (m ridge) Name() string { return m.name }

// Fit implements [capacity.Model]. The shortest lags need twice their reach of
// history, and each longer group of lags is used once there is twice its reach.
func (m ridge) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	fitted, err := m.FitEach(ctx, s, []int{s.Len()})
	if err != nil {
		return nil, err
	}
	return fitted[0], nil
}

// FitEach fits the model to the first so many steps of s, for each of ends,
// which ascend, as Fit would; but the scale is that of the first end for all
// of them. It costs little more than one Fit. An error of one is one of all.
func (m ridge) FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error) {
	first, last := s.Slice(0, ends[0]), s.Slice(0, ends[len(ends)-1])
	if err := ready(ctx, m.name, first, 1); err != nil {
		return nil, err
	}
	if err := last.Validate(); err != nil {
		return nil, fmt.Errorf("model %q: %w", m.name, err)
	}
	scale := newScale(m.log, first.Values)
	x := make([]float64, last.Len())
	for i, v := range last.Values {
		x[i] = scale.of(v)
	}
	x = changes(x, m.difference)
	centre := center(x, ends[0])
	fitted := make([]capacity.Fitted, 0, len(ends))
	for len(fitted) < len(ends) {
		rest := ends[len(fitted):]
		each, lags := m.regressions(x, rest)
		if lags == nil {
			return nil, fmt.Errorf("model %q: %d steps with %d gaps are too few for its shortest lags, wait for more history or use a simpler model: %w",
				m.name, first.Len(), first.Gaps(), capacity.ErrTooShort)
		}
		for i, moments := range each {
			f := ridgeFitted{header: header{m.name, version, s.Step}, Scale: scale, Difference: m.difference, Season: m.day, Lags: lags, Centre: centre}
			f.Least, f.Most = span(s.Values[:rest[i]])
			learnt, err := f.learn(moments)
			if err != nil {
				return nil, err
			}
			fitted = append(fitted, learnt)
		}
	}
	return fitted, nil
}

// regressions are the moments of x on its own lags at the first of ends, for
// the richest set of lags that it has room for, which is returned too, and at
// as many of the next ends as have no room for a richer one.
func (m ridge) regressions(x []float64, ends []int) ([]moments, []int) {
	lead := 0
	for lead < ends[0] && math.IsNaN(x[lead]) {
		lead++
	}
	whole := !slices.ContainsFunc(x[lead:], math.IsNaN)
	richer := math.MaxInt // the end from which on a richer set has room
	for _, lags := range m.lags() {
		reach := lags[len(lags)-1]
		need := max(reach, 3*len(lags))
		if ends[0]-lead-reach < need {
			richer = lead + reach + need
			continue
		}
		if whole {
			var from []int
			for _, end := range ends {
				if end < richer {
					from = append(from, end-lead)
				}
			}
			return momentsAt(x[lead:], lags, from), lags
		}
		// With gaps, each end is a regression of its own.
		if target, columns := rows(x[:ends[0]], lags); len(target) >= need {
			return []moments{momentsOf(target, columns)}, lags
		}
	}
	return nil, nil
}

// center moves x, in place, by the mean of what its first steps measure, and
// returns that. The rest must not be looked at: at some ends it is the future.
func center(x []float64, first int) float64 {
	var mean, n float64
	for _, v := range x[:first] {
		if !math.IsNaN(v) {
			n++
			mean += (v - mean) / n
		}
	}
	for i := range x {
		x[i] -= mean
	}
	return mean
}

// Load implements [capacity.Model].
func (m ridge) Load(data []byte) (capacity.Fitted, error) {
	var f ridgeFitted
	if err := decode(data, m.name, &f.header, &f); err != nil {
		return nil, err
	}
	if !f.usable() {
		return nil, bad(m.name, "its lags, weights, moments, scale or bounds do not fit together, train again")
	}
	return f, nil
}
