package models

import (
	"context"
	"fmt"
	"math"

	"headroom/capacity"
)

// arima is the seasonal autoregressive integrated moving average whose orders
// are searched stepwise, as by Hyndman and Khandakar (Journal of Statistical
// Software 27, 2008, 3): the load is differenced by the season where the
// season is strong and by the step as often as the test of Kwiatkowski,
// Phillips, Schmidt and Shin asks for; the orders then climb to the lowest
// AICc. Every candidate is fitted by conditional least squares alone, whose
// cost does not depend on the length of the season, and over the same steps,
// so that the criterion compares like with like.
//
// The coefficients are tied to partial autocorrelations below 0.99, so that
// every candidate is stationary and invertible. A gap is taken to be exactly
// what was expected of it, which leaves the state as it was.
type arima struct {
	season int // steps, or 0
}

// Name implements [capacity.Model].
func (arima) Name() string { return "arima" }

// Fit implements [capacity.Model]. It needs ten measured steps; the season is
// used once there are three of it.
func (m arima) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 10); err != nil {
		return nil, err
	}
	var best arimaFitted
	var chosen *search
	lowest := math.Inf(1)
	for _, log := range []bool{true, false} {
		f := arimaFitted{header: header{m.Name(), version, s.Step}, Scale: newScale(log, s.Values)}
		x := f.onScale(s.Values)
		if whole(x) < 10 {
			break
		}
		f.Differences = chooseDifferences(x, m.season)
		search := newSearch(x, f.Differences)
		if aicc := search.aicc(log); aicc < lowest {
			best, chosen, lowest = f, search, aicc
		}
	}
	if chosen == nil {
		return nil, fmt.Errorf("model %q: %d steps with %d gaps are too few, wait for more history or use a simpler model: %w",
			m.Name(), s.Len(), s.Gaps(), capacity.ErrTooShort)
	}
	chosen.climb()
	best.arimaCoefficients = chosen.best.coefficients
	if !best.usable() {
		return nil, fmt.Errorf("model %q: its coefficients are not finite, use another: %w", m.Name(), capacity.ErrNotForecastable)
	}
	return best, nil
}

// Load implements [capacity.Model].
func (m arima) Load(data []byte) (capacity.Fitted, error) {
	var f arimaFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.usable() {
		return nil, bad(m.Name(), "its orders, coefficients or scale do not fit together")
	}
	return f, nil
}
