package models

import (
	"context"
	"encoding/json"
	"math"

	"headroom/capacity"
)

type harmonicFitted struct {
	header
	Scale      scale
	Waves      waves
	Intercept  float64
	Amplitudes []float64 // of the waves, in their order
	Weights    []float64 // of the autoregression, the newest step first
}

// Predict implements [capacity.Fitted]. What leaves the measured range by more
// than half of it is cut back; if a quarter of the horizon had to be cut, it is
// an ErrNotForecastable.
func (f harmonicFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	h = max(0, h)
	reach := min(s.Len(), 20*len(f.Weights)+1)
	from := s.Len() - reach
	x := make([]float64, reach+h)
	for i, v := range s.Values[from:] {
		x[i] = f.Scale.of(v)
	}
	over := f.Waves.over(s, from, reach+h)
	rest := over.rest(x, over.profile(f.Intercept, f.Amplitudes))
	path := make([]float64, h)
	for i := range rest {
		if i < reach && !math.IsNaN(rest[i]) {
			continue
		}
		// A step that was not measured is what the steps before let expect.
		expected := 0.0
		for j, w := range f.Weights[:min(i, len(f.Weights))] {
			expected += w * rest[i-1-j]
		}
		if i >= reach {
			path[i-reach] = expected - rest[i] // x was 0 there
		}
		rest[i] = expected
	}
	least, most := span(s.Values)
	return guarded(f.Model, path, f.Scale, least, most)
}

// MarshalBinary implements [capacity.Fitted].
func (f harmonicFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// usable reports whether Predict can work with f, which may have been read.
func (f harmonicFitted) usable() bool {
	ok := f.Scale.valid() && f.Waves.valid() && finite(f.Intercept) && len(f.Amplitudes) == 2*len(f.Waves.list())
	for _, v := range f.Amplitudes {
		ok = ok && finite(v)
	}
	for _, v := range f.Weights {
		ok = ok && finite(v)
	}
	return ok
}
