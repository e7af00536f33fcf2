package models

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"headroom/capacity"
)

type pooledFitted struct {
	header
	Scale   scale
	Season  []float64 // mean, on the scale, from the step at End on
	End     time.Time
	Lags    []int // ascending
	Weights []float64
}

// Predict implements [capacity.Fitted]: one step at a time, each feeding the
// next. A gap in what the lags need is taken to be as the mean season is.
//
// What leaves the measured range by more than half of it is cut back. If a
// quarter of the horizon had to be cut: ErrNotForecastable.
func (f pooledFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	h = max(0, h)
	turn := int(s.End().Sub(f.End) / s.Step)
	usual := func(i int) float64 { return f.Season[place(i+turn, len(f.Season))] } // of the i-th step after s
	reach := f.Lags[len(f.Lags)-1]
	x := make([]float64, reach+h)
	for i := max(0, reach-s.Len()); i < reach; i++ {
		if v := s.Values[s.Len()-reach+i]; !math.IsNaN(v) {
			x[i] = f.Scale.of(v) - usual(i-reach)
		}
	}
	path := make([]float64, h)
	for t := range path {
		for j, lag := range f.Lags {
			x[reach+t] += f.Weights[j] * x[reach+t-lag]
		}
		path[t] = x[reach+t] + usual(t)
	}
	least, most := span(s.Values)
	return guarded(f.Model, path, f.Scale, least, most)
}

// MarshalBinary implements [capacity.Fitted].
func (f pooledFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// usable reports whether Predict can work with f, which may have been read.
func (f pooledFitted) usable() bool {
	ok := f.Scale.valid() && len(f.Season) > 0 && len(f.Lags) > 0 && len(f.Weights) == len(f.Lags)
	for _, v := range f.Season {
		ok = ok && finite(v)
	}
	for j := 0; j < len(f.Lags) && ok; j++ {
		ok = f.Lags[j] >= 1 && f.Lags[j] <= mostLag && (j == 0 || f.Lags[j] > f.Lags[j-1]) && finite(f.Weights[j])
	}
	return ok
}

// mostLag bounds the memory that a stored model can ask for.
const mostLag = 1 << 24
