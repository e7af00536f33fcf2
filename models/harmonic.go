package models

import (
	"context"
	"fmt"

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
	fitted, err := m.FitEach(ctx, s, []int{s.Len()})
	if err != nil {
		return nil, err
	}
	return fitted[0], nil
}

// FitEach fits the model to the first so many steps of s, for each of ends,
// which ascend, as Fit would; but ends with the same waves share the scale of
// the first of them. An error of one is one of all.
func (m harmonic) FitEach(ctx context.Context, s capacity.Series, ends []int) ([]capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s.Slice(0, ends[0]), max(1, 2*m.day)); err != nil {
		return nil, err
	}
	s = s.Slice(0, ends[len(ends)-1])
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("model %q: %w", m.Name(), err)
	}
	fitted := make([]capacity.Fitted, 0, len(ends))
	for len(fitted) < len(ends) {
		rest := ends[len(fitted):]
		w, err := m.waves(s.Slice(0, rest[0]))
		if err != nil {
			return nil, err
		}
		same := 1
		for same < len(rest) {
			if next, err := m.waves(s.Slice(0, rest[same])); err != nil || next != w {
				break
			}
			same++
		}
		for _, f := range learnWaves(s.Slice(0, rest[same-1]), w, rest[:same]) {
			if f.header = (header{m.Name(), version, s.Step}); !f.usable() {
				return nil, fmt.Errorf("model %q: its waves are not finite, use another: %w", m.Name(), capacity.ErrNotForecastable)
			}
			fitted = append(fitted, f)
		}
	}
	return fitted, nil
}

// waves are those that s has room for. If there are none, it is an ErrTooShort.
func (m harmonic) waves(s capacity.Series) (waves, error) {
	measured := s.Len() - s.Gaps()
	w := waves{Day: m.day, Week: m.week}
	if s.Len() < 2*m.week || measured < 6*len(w.list()) {
		w.Week = 0
	}
	if need := max(10, 6*len(w.list())); measured < need {
		return w, fmt.Errorf("model %q needs %d measured steps and there are %d, wait for more history or use a simpler model: %w",
			m.Name(), need, measured, capacity.ErrTooShort)
	}
	return w, nil
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
