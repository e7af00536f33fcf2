package models

import (
	"context"
	"encoding/json"
	"math"

	"headroom/capacity"
)

// ces is the complex exponential smoothing of Svetunkov, Kourentzes and Ord
// (Naval Research Logistics 69, 2022, 1108-1123) without a season of its own: a
// level and the information that it lacks, smoothed as the two parts of one
// complex number, which follows load with a trend and without one alike. The
// seasonal shape is taken off first and put back afterwards.
//
// For a given smoothing the errors are linear in the two parts of the first
// state; so only the smoothing is searched, where the model is stable. Its
// imaginary part stays within a hundredth of 1: there a level persists, and
// further away it would fade to nothing or grow without end. A gap is taken to
// be exactly what was expected of it.
type ces struct {
	season int // steps, or 0
}

// Name implements [capacity.Model].
func (ces) Name() string { return "ces" }

// Fit implements [capacity.Model]. It needs five steps, and its shape three
// seasons.
func (m ces) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 5); err != nil {
		return nil, err
	}
	x, _ := relative(s.Values)
	f := cesFitted{header: header{m.Name(), version, s.Step}, Shape: newShape(s, x, m.season)}
	x = f.Shape.adjusted(s, x)
	at := func(place []float64) cesState {
		return cesState{Alpha: [2]float64{1 + place[0]/4, 1 + math.Tanh(place[1])/100}}
	}
	best := descend(func(place []float64) float64 {
		state := at(place)
		if !state.stable() {
			return math.Inf(1)
		}
		return state.start(x)
	}, []float64{1.2, 0}, 300) // 1.3 is the usual start
	f.State = at(best)
	f.State.start(x)
	return f, nil
}

// Load implements [capacity.Model].
func (m ces) Load(data []byte) (capacity.Fitted, error) {
	var f cesFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Shape.valid() || !f.State.stable() || !finite(f.State.Level) || !finite(f.State.Lack) {
		return nil, bad(m.Name(), "its shape or its smoothing is broken")
	}
	return f, nil
}

type cesFitted struct {
	header
	Shape shape
	State cesState // before the first step, relative to the mean
}

// Predict implements [capacity.Fitted]. What leaves the measured range by more
// than half of it is cut back; if a quarter of the horizon had to be cut, it is
// an ErrNotForecastable.
func (f cesFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	x, scale := relative(s.Values)
	state := f.State
	for _, v := range f.Shape.adjusted(s, x) {
		state.see(v)
	}
	path := make([]float64, max(0, h))
	for t := range path {
		path[t] = state.Level
		state.see(math.NaN())
	}
	f.Shape.shaped(s, path)
	least, most := span(s.Values)
	return guarded(f.Model, path, scale, least, most)
}

// MarshalBinary implements [capacity.Fitted].
func (f cesFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }
