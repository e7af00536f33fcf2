package models

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"headroom/capacity"
)

// naive says that demand stays what it was when it was last measured: the
// random walk, which is hard to beat a few steps ahead and poor after that.
type naive struct{}

// Name implements [capacity.Model].
func (naive) Name() string { return "naive" }

// Fit implements [capacity.Model]. One measurement is enough.
func (m naive) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 1); err != nil {
		return nil, err
	}
	return naiveFitted{header{m.Name(), version, s.Step}}, nil
}

// Load implements [capacity.Model].
func (m naive) Load(data []byte) (capacity.Fitted, error) {
	var f naiveFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	return f, nil
}

type naiveFitted struct{ header }

// Predict implements [capacity.Fitted].
func (f naiveFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	return slices.Repeat([]float64{latest(s.Values)}, max(0, h)), nil
}

// MarshalBinary implements [capacity.Fitted].
func (f naiveFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// latest is the last measured value, or NaN.
func latest(values []float64) float64 {
	for _, v := range slices.Backward(values) {
		if !math.IsNaN(v) {
			return v
		}
	}
	return math.NaN()
}
