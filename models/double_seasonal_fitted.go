package models

import (
	"context"
	"encoding/json"

	"headroom/capacity"
)

type doubleSeasonalFitted struct {
	header
	Scale     scale
	Smoothing nested
	Least     float64 // measured load that it learnt from
	Most      float64
}

// Predict implements [capacity.Fitted]: the smoothing follows s from its start
// and goes on, within [guarded].
func (f doubleSeasonalFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 2*f.Smoothing.Week); err != nil {
		return nil, err
	}
	x, _ := f.Scale.all(s.Values)
	least, most := span(s.Values)
	return guarded(f.Model, f.Smoothing.forecast(x, max(0, h)), f.Scale, min(least, f.Least), max(most, f.Most))
}

// MarshalBinary implements [capacity.Fitted].
func (f doubleSeasonalFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }
