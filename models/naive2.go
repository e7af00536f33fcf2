package models

import (
	"context"
	"encoding/json"
	"slices"

	"headroom/capacity"
)

// naive2 is naive on load without its seasonal shape, which is put back
// afterwards: the reference of the M4 competition, whose overall weighted
// average of a method is relative to it (Makridakis, Spiliotis and
// Assimakopoulos, International Journal of Forecasting 36, 2020, 54-74).
type naive2 struct {
	season int // steps, or 0
}

// Name implements [capacity.Model].
func (naive2) Name() string { return "naive2" }

// Fit implements [capacity.Model]. One measurement is enough; the shape needs
// three seasons.
func (m naive2) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 1); err != nil {
		return nil, err
	}
	x, _ := relative(s.Values)
	return naive2Fitted{header{m.Name(), version, s.Step}, newShape(s, x, m.season)}, nil
}

// Load implements [capacity.Model].
func (m naive2) Load(data []byte) (capacity.Fitted, error) {
	var f naive2Fitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Shape.valid() {
		return nil, bad(m.Name(), "its seasonal shape is broken")
	}
	return f, nil
}

type naive2Fitted struct {
	header
	Shape shape
}

// Predict implements [capacity.Fitted]. It has no guard, being a reference: a
// shape of small indices may carry it out of the measured range.
func (f naive2Fitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	x, scale := relative(s.Values)
	path := slices.Repeat([]float64{latest(f.Shape.adjusted(s, x))}, max(0, h))
	f.Shape.shaped(s, path)
	return absolute(f.Model, path, scale)
}

// MarshalBinary implements [capacity.Fitted].
func (f naive2Fitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }
