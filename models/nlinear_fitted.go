package models

import (
	"context"
	"encoding/json"
	"fmt"

	"headroom/capacity"
)

type nlinearFitted struct {
	header
	Scale       scale
	Season      int // steps, or 0: where a gap in the window is filled from
	Window      int // steps that are seen
	Ahead       int // steps that come out at once
	Weights     [][]float64
	Least, Most float64 // measured load that it learnt from
}

// Load implements [capacity.Model].
func (m nlinear) Load(data []byte) (capacity.Fitted, error) {
	var f nlinearFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	whole := f.Scale.valid() && f.Window > 1 && f.Ahead > 0 && len(f.Weights) == f.Ahead && f.Season >= 0 && f.Least >= 0 && f.Most >= f.Least
	for _, row := range f.Weights {
		whole = whole && len(row) == f.Window-1
	}
	if !whole {
		return nil, bad(m.Name(), "its window, weights, scale or bounds do not fit together")
	}
	return f, nil
}

// Predict implements [capacity.Fitted]: as many steps at once as the layer has,
// and beyond them from what it said before.
func (f nlinearFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, f.Window); err != nil {
		return nil, err
	}
	x := make([]float64, s.Len(), s.Len()+max(0, h)+f.Ahead)
	for i, v := range s.Values {
		x[i] = f.Scale.of(v)
	}
	fill(x, f.Season)
	for len(x) < s.Len()+h {
		seen := x[len(x)-f.Window:]
		now := seen[f.Window-1]
		for _, weights := range f.Weights {
			next := now
			for j, w := range weights {
				next += w * (seen[j] - now)
			}
			x = append(x, next)
		}
	}
	least, most := span(s.Values)
	point, err := guarded(f.Model, x[s.Len():s.Len()+max(0, h)], f.Scale, min(least, f.Least), max(most, f.Most))
	if err != nil {
		return nil, fmt.Errorf("forecast %d steps: %w", h, err)
	}
	return point, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f nlinearFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }
