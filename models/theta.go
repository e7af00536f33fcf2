package models

import (
	"context"
	"encoding/json"

	"headroom/capacity"
)

// theta is the Theta method of Assimakopoulos and Nikolopoulos (International
// Journal of Forecasting 16, 2000, 521-530) in the form of the benchmark of
// the M4 competition: load without its seasonal shape is split into its least
// squares line and a line with twice its curvature; the first is prolonged,
// the second smoothed exponentially, and their mean is the forecast.
//
// Hyndman and Billah (International Journal of Forecasting 19, 2003, 287-290)
// showed that this is simple exponential smoothing with half the slope added.
// A gap leaves the smoothed level as it was.
type theta struct {
	season int // steps, or 0
}

// Name implements [capacity.Model].
func (theta) Name() string { return "theta" }

// Fit implements [capacity.Model]. One measurement is enough; the shape needs
// three seasons.
func (m theta) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 1); err != nil {
		return nil, err
	}
	f := thetaFitted{header: header{m.Name(), version, s.Step}}
	x, _ := relative(s.Values)
	f.Shape = newShape(s, x, m.season)
	bent, _, _ := f.lines(s, x)
	f.Alpha = lowest(1e-4, 0.9999, func(alpha float64) float64 {
		square, _ := smooth(bent, alpha)
		return square
	})
	return f, nil
}

// Load implements [capacity.Model].
func (m theta) Load(data []byte) (capacity.Fitted, error) {
	var f thetaFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Shape.valid() || !(f.Alpha > 0 && f.Alpha <= 1) {
		return nil, bad(m.Name(), "its shape or its smoothing is broken")
	}
	return f, nil
}

type thetaFitted struct {
	header
	Shape shape
	Alpha float64 // the weight of the newest step in the level
}

// Predict implements [capacity.Fitted]. It has no guard, so that the published
// benchmark is met: a shape of small indices may carry it out of the measured
// range.
func (f thetaFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	x, scale := relative(s.Values)
	bent, intercept, slope := f.lines(s, x)
	_, level := smooth(bent, f.Alpha)
	path := make([]float64, max(0, h))
	for t := range path {
		path[t] = (level + intercept + slope*float64(len(bent)+t)) / 2
	}
	f.Shape.shaped(s, path)
	return absolute(f.Model, path, scale)
}

// MarshalBinary implements [capacity.Fitted].
func (f thetaFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// lines splits x without its shape into its line, counted from the first step,
// and what has twice the distance from that.
func (f thetaFitted) lines(s capacity.Series, x []float64) (bent []float64, intercept, slope float64) {
	x = f.Shape.adjusted(s, x)
	intercept, slope = line(x)
	bent = make([]float64, len(x))
	for i, v := range x {
		bent[i] = 2*v - (intercept + slope*float64(i))
	}
	return bent, intercept, slope
}
