package models

import (
	"context"
	"encoding/json"

	"headroom/capacity"
)

// dotm is the dynamic optimised theta model of Fiorucci, Pellegrini, Louzada,
// Petropoulos and Koehler (International Journal of Forecasting 32, 2016,
// 1151-1161): the Theta method whose line follows the load, step by step, and
// whose weight of the line is estimated instead of one half. The seasonal
// shape is taken off first and put back afterwards.
//
// For a given smoothing the forecast is linear in the two other parameters,
// the first level and the weight of the line; so they need no search.
type dotm struct {
	season int // steps, or 0
}

// Name implements [capacity.Model].
func (dotm) Name() string { return "dotm" }

// Fit implements [capacity.Model]. Three measurements are enough; the shape
// needs three seasons.
func (m dotm) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 3); err != nil {
		return nil, err
	}
	x, _ := relative(s.Values)
	f := dotmFitted{header: header{m.Name(), version, s.Step}, Shape: newShape(s, x, m.season)}
	x = f.Shape.adjusted(s, x)
	f.Alpha = lowest(0.1, 0.99, func(alpha float64) float64 {
		square, _, _ := newThetaLine(alpha).best(x)
		return square
	})
	_, f.First, f.Weight = newThetaLine(f.Alpha).best(x)
	return f, nil
}

// Load implements [capacity.Model].
func (m dotm) Load(data []byte) (capacity.Fitted, error) {
	var f dotmFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Shape.valid() || !(f.Alpha > 0 && f.Alpha < 1) || !(f.Weight >= 0 && f.Weight <= 1) || !finite(f.First) {
		return nil, bad(m.Name(), "its shape or its parameters are broken")
	}
	return f, nil
}

type dotmFitted struct {
	header
	Shape  shape
	Alpha  float64 // the weight of the newest step in the level
	First  float64 // the level before the first step, relative to the mean
	Weight float64 // of the line: 1-1/θ
}

// Predict implements [capacity.Fitted]: each step feeds the next. What leaves
// the measured range by more than half of it is cut back; if a quarter of the
// horizon had to be cut, it is an ErrNotForecastable.
func (f dotmFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	x, scale := relative(s.Values)
	line := newThetaLine(f.Alpha)
	for _, v := range f.Shape.adjusted(s, x) {
		line.see(v)
	}
	path := make([]float64, max(0, h))
	for t := range path {
		smoothed, start, tilt := line.next()
		path[t] = smoothed + start*f.First + f.Weight*tilt
		line.see(path[t])
	}
	f.Shape.shaped(s, path)
	least, most := span(s.Values)
	return guarded(f.Model, path, scale, least, most)
}

// MarshalBinary implements [capacity.Fitted].
func (f dotmFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }
