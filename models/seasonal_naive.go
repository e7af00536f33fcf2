package models

import (
	"context"
	"encoding/json"
	"math"

	"headroom/capacity"
)

// seasonalNaive says that demand is what it was one season ago. By the day it
// is the baseline that every other model has to beat.
type seasonalNaive struct {
	name   string
	season int // steps
}

// Name implements [capacity.Model].
func (m seasonalNaive) Name() string { return m.name }

// Fit implements [capacity.Model]. It needs one season.
func (m seasonalNaive) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.name, s, m.season); err != nil {
		return nil, err
	}
	return seasonalNaiveFitted{header{m.name, version, s.Step}, m.season}, nil
}

// Load implements [capacity.Model].
func (m seasonalNaive) Load(data []byte) (capacity.Fitted, error) {
	var f seasonalNaiveFitted
	if err := decode(data, m.name, &f.header, &f); err != nil {
		return nil, err
	}
	if f.Season < 1 {
		return nil, bad(m.name, "its season has no steps")
	}
	return f, nil
}

type seasonalNaiveFitted struct {
	header
	Season int
}

// Predict implements [capacity.Fitted]. Where the last season has a gap, the
// most recent measurement of the same phase takes its place; if that phase was
// never measured, the most recent measurement of all does.
func (f seasonalNaiveFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, f.Season); err != nil {
		return nil, err
	}
	point := make([]float64, max(0, h))
	last := latest(s.Values)
	for t := range point {
		if t >= f.Season {
			point[t] = point[t-f.Season]
			continue
		}
		point[t] = last
		for i := s.Len() + t - f.Season; i >= 0; i -= f.Season {
			if v := s.Values[i]; !math.IsNaN(v) {
				point[t] = v
				break
			}
		}
	}
	return point, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f seasonalNaiveFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }
