package models

import (
	"context"
	"fmt"

	"headroom/capacity"
)

// Pooled returns the model "pooled", a global autoregression (Montero-Manso and
// Hyndman, International Journal of Forecasting 37, 2021, 1632-1653): what a
// series leaves beside its own mean season is a weighted sum of what it left in
// the steps just before and in those around the same time one day, two days and
// a week ago, and the weights are the same for all series of the panel. One
// series alone has too few rows to tell that many weights; a panel has enough.
//
// It can be fitted to any series of the same step, also outside the panel. A
// fit sees nothing that the panel measured after the end of its series.
func Pooled(series []capacity.Series, seasons []int) capacity.Model {
	return pooled{newPanel(series, seasons)}
}

type pooled struct {
	panel *panel
}

// Name implements [capacity.Model].
func (pooled) Name() string { return "pooled" }

// Fit implements [capacity.Model]. The shortest lags need twice their reach of
// history, of s and of the panel.
func (m pooled) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 10); err != nil {
		return nil, err
	}
	shared, err := m.panel.learn(s)
	if err != nil {
		return nil, err
	}
	f := pooledFitted{header: header{m.Name(), version, s.Step}, Scale: newScale(false, s.Values), Lags: shared.lags, Weights: shared.weights, End: s.End().UTC()}
	f.Season = meanSeason(onScale(s, f.Scale), m.panel.season(s.Len()))
	if !f.usable() {
		return nil, fmt.Errorf("model %q: its season is not finite, use another: %w", m.Name(), capacity.ErrNotForecastable)
	}
	return f, nil
}

// Load implements [capacity.Model].
func (m pooled) Load(data []byte) (capacity.Fitted, error) {
	var f pooledFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.usable() {
		return nil, bad(m.Name(), "its lags, weights, season or scale do not fit together, train again")
	}
	return f, nil
}

// onScale is the values of s on a scale.
func onScale(s capacity.Series, on scale) []float64 {
	x := make([]float64, s.Len())
	for i, v := range s.Values {
		x[i] = on.of(v)
	}
	return x
}
