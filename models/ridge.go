package models

import (
	"context"
	"fmt"
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
}

// Name implements [capacity.Model].
func (m ridge) Name() string { return m.name }

// Fit implements [capacity.Model]. The shortest lags need twice their reach of
// history, and each longer group of lags is used once there is twice its reach.
func (m ridge) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.name, s, 1); err != nil {
		return nil, err
	}
	f := ridgeFitted{
		header:     header{m.name, version, s.Step},
		Scale:      newScale(m.log, s.Values),
		Difference: m.difference,
		Season:     m.day,
	}
	f.Least, f.Most = span(s.Values)
	x := make([]float64, s.Len())
	for i, v := range s.Values {
		x[i] = f.Scale.of(v)
	}
	x = changes(x, m.difference)
	for _, lags := range m.lags() {
		target, columns := rows(x, lags)
		if len(target) < max(lags[len(lags)-1], 3*len(lags)) {
			continue
		}
		f.Lags = lags
		f.Intercept, f.Weights = shrink(target, columns)
		if !f.usable() {
			return nil, fmt.Errorf("model %q: the weights of its lags are not finite, use another: %w", m.name, capacity.ErrNotForecastable)
		}
		return f, nil
	}
	return nil, fmt.Errorf("model %q: %d steps with %d gaps are too few for its shortest lags, wait for more history or use a simpler model: %w",
		m.name, s.Len(), s.Gaps(), capacity.ErrTooShort)
}

// Load implements [capacity.Model].
func (m ridge) Load(data []byte) (capacity.Fitted, error) {
	var f ridgeFitted
	if err := decode(data, m.name, &f.header, &f); err != nil {
		return nil, err
	}
	if !f.usable() {
		return nil, bad(m.name, "its lags, weights, scale or bounds do not fit together")
	}
	return f, nil
}

// lags lists the sets of lags to try, ascending inside a set, the richest set
// first.
func (m ridge) lags() [][]int {
	around := func(centre, reach int) []int {
		var lags []int
		for lag := max(1, centre-reach); lag <= centre+reach; lag++ {
			lags = append(lags, lag)
		}
		return lags
	}
	set := []int{1, 2, 3, 4}
	if m.day > 0 {
		set = append(set, around(m.day, 2)...)
	}
	groups := [][]int{set}
	if m.day > 0 {
		groups = append(groups, around(2*m.day, 1))
	}
	if m.week > 0 {
		groups = append(groups, append(around(m.week, 2), around(m.week+m.day, 1)...))
	}
	var sets [][]int
	for n := range groups {
		lags := slices.Concat(groups[:n+1]...)
		slices.Sort(lags)
		sets = append(sets, slices.Compact(lags))
	}
	slices.Reverse(sets)
	return sets
}
