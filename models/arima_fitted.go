package models

import (
	"context"
	"encoding/json"
	"math"

	"headroom/capacity"
)

type arimaFitted struct {
	header
	Scale       scale
	Differences differences
	arimaCoefficients
}

// arimaCoefficients are those of an arima in the notation of Box and Jenkins,
// but for the sign of the moving averages, which are added.
type arimaCoefficients struct {
	AR, MA                 []float64 // of the steps just before
	SeasonalAR, SeasonalMA []float64
	Mean                   float64 // of the differenced load
}

// Predict implements [capacity.Fitted]: the horizon is a gap like any other.
// What leaves the measured range by more than half of it is cut back; if a
// quarter of the horizon had to be cut, it is an ErrNotForecastable.
func (f arimaFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	x := f.onScale(s.Values)
	for range h {
		x = append(x, math.NaN())
	}
	r := newArimaRun(x, f.Differences)
	r.follow(f.arimaCoefficients, 0)
	least, most := span(s.Values)
	return guarded(f.Model, r.x[len(x)-max(0, h):], f.Scale, least, most)
}

// MarshalBinary implements [capacity.Fitted].
func (f arimaFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// onScale is values from the first measured one on, on the scale of f.
func (f arimaFitted) onScale(values []float64) []float64 {
	for len(values) > 0 && math.IsNaN(values[0]) {
		values = values[1:]
	}
	x := make([]float64, len(values))
	for i, v := range values {
		x[i] = f.Scale.of(v)
	}
	return x
}

// usable reports whether Predict can work with f, which may have been read.
func (f arimaFitted) usable() bool {
	ok := f.Scale.valid() && f.Differences.valid() && finite(f.Mean) &&
		(f.Differences.Season > 0 || len(f.SeasonalAR)+len(f.SeasonalMA) == 0)
	for _, weights := range [][]float64{f.AR, f.MA, f.SeasonalAR, f.SeasonalMA} {
		ok = ok && len(weights) <= 2*highestOrder
		for _, w := range weights {
			ok = ok && finite(w)
		}
	}
	return ok
}
