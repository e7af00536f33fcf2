package models

import (
	"context"
	"fmt"
	"math"

	"headroom/capacity"
)

// harmonic is dynamic harmonic regression: the load is a sum of waves of the
// day and of the week, and what they leave is an autoregression. Young, Pedregal
// and Tych (Journal of Forecasting 18, 1999, 369-394) named it; this is the
// form with constant waves. The waves are shrunk, so that their number needs
// no search, and are estimated a second time on the load that the
// autoregression has whitened (Cochrane and Orcutt, Journal of the American
// Statistical Association 44, 1949, 32-61). Of the load itself and of its
// logarithm it takes the scale on which the load is more likely.
//
// A gap takes part in nothing.
type harmonic struct {
	day, week int // steps, or 0
}

// Name implements [capacity.Model].
func (harmonic) Name() string { return "harmonic" }

// Fit implements [capacity.Model]. It needs two days, and three measured steps
// for every cosine and sine; the waves of a week are used once there are two
// weeks and as many steps for them, too.
func (m harmonic) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, max(1, 2*m.day)); err != nil {
		return nil, err
	}
	measured := s.Len() - s.Gaps()
	w := waves{Day: m.day, Week: m.week}
	if s.Len() < 2*m.week || measured < 6*len(w.list()) {
		w.Week = 0
	}
	columns := w.columns(s, 0, s.Len())
	if measured < max(10, 3*len(columns)) {
		return nil, fmt.Errorf("model %q needs %d measured steps and there are %d, wait for more history or use a simpler model: %w",
			m.Name(), max(10, 3*len(columns)), measured, capacity.ErrTooShort)
	}
	var best harmonicFitted
	most := math.Inf(-1)
	for _, log := range []bool{true, false} {
		f := harmonicFitted{header: header{m.Name(), version, s.Step}, Scale: newScale(log, s.Values), Waves: w}
		if likelihood := f.learn(s, columns); likelihood > most {
			best, most = f, likelihood
		}
	}
	best.relearn(s, columns)
	if !best.usable() {
		return nil, fmt.Errorf("model %q: its waves are not finite, use another: %w", m.Name(), capacity.ErrNotForecastable)
	}
	return best, nil
}

// Load implements [capacity.Model].
func (m harmonic) Load(data []byte) (capacity.Fitted, error) {
	var f harmonicFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.usable() {
		return nil, bad(m.Name(), "its waves, weights, scale or bounds do not fit together")
	}
	return f, nil
}

// learn fits f to s, whose waves are columns, and returns the logarithm of the
// likelihood of the load up to a constant.
func (f *harmonicFitted) learn(s capacity.Series, columns [][]float64) (likelihood float64) {
	x := make([]float64, s.Len())
	stretch := 0.0 // by which the logarithm changes the density of the load
	for i, v := range s.Values {
		x[i] = f.Scale.of(v)
		if f.Scale.Log && !math.IsNaN(v) {
			stretch += x[i]
		}
	}
	var variance float64
	f.Intercept, f.Amplitudes = masked(x, columns)
	f.Weights, variance = autoregression(f.rest(x, columns), min(memory, s.Len()/10))
	return -float64(whole(x))/2*math.Log(max(variance, 1e-300)) - stretch
}

// relearn fits f once more, on whitened load. Where gaps leave too little of
// that, f stays as it is.
func (f *harmonicFitted) relearn(s capacity.Series, columns [][]float64) {
	x := make([]float64, s.Len())
	for i, v := range s.Values {
		x[i] = f.Scale.of(v)
	}
	target := whitened(x, f.Weights)
	pull := 1.0 // of the intercept on whitened load
	for _, w := range f.Weights {
		pull -= w
	}
	if len(f.Weights) == 0 || whole(target) < 3*len(columns) || pull < 1e-6 {
		return
	}
	white := make([][]float64, len(columns))
	for j, column := range columns {
		white[j] = whitened(column, f.Weights)
	}
	f.Intercept, f.Amplitudes = masked(target, white)
	f.Intercept /= pull
	f.Weights, _ = autoregression(f.rest(x, columns), min(memory, s.Len()/10))
}

// memory is the longest autoregression.
const memory = 50
