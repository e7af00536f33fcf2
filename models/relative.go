package models

import (
	"fmt"
	"math"

	"headroom/capacity"
)

// relative is load over its mean, for models without another scale.
func relative(values []float64) (x []float64, s scale) {
	s = newScale(false, values)
	x = make([]float64, len(values))
	for i, v := range values {
		x[i] = s.of(v)
	}
	return x, s
}

// absolute turns a path relative to s into load, in place. A step that is no
// number is an ErrNotForecastable of the model of that name.
func absolute(name string, path []float64, s scale) ([]float64, error) {
	for t, v := range path {
		if math.IsNaN(v) {
			return nil, fmt.Errorf("model %q: step %d of %d is no number, use another: %w", name, t+1, len(path), capacity.ErrNotForecastable)
		}
		path[t] = s.load(v)
	}
	return path, nil
}
