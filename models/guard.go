package models

import (
	"fmt"
	"math"

	"headroom/capacity"
)

// guarded turns a path on a scale into the forecast of the model of that name,
// in place. What leaves the range of the load that was measured, from least to
// most, by more than half of it is cut back; if a quarter of the horizon had to
// be cut, the path is no forecast: ErrExploded; if a step is not finite, neither:
// ErrNotFinite.
func guarded(name string, path []float64, s scale, least, most float64) ([]float64, error) {
	low, high := s.of(least), s.of(most)
	floor := low - (high-low)/2
	// On a logarithm the range of the load itself is the tighter one.
	ceiling := min(high+(high-low)/2, s.of(min(most+(most-least)/2, math.MaxFloat64)))
	cut := 0
	for t, v := range path {
		if !finite(v) {
			return nil, fmt.Errorf("model %q: step %d of %d is %v, use another: %w", name, t+1, len(path), v, capacity.ErrNotFinite)
		}
		kept := min(max(v, floor), ceiling)
		if math.Abs(kept-v) > 1e-6 { // less is rounding, as in constant load
			cut++
		}
		path[t] = s.load(kept)
	}
	if cut > max(2, len(path)/4) {
		return nil, fmt.Errorf("model %q: %d of %d steps leave the range of the load by more than half of it, use another: %w", name, cut, len(path), capacity.ErrExploded)
	}
	return path, nil
}

// firstGuarded is guarded for the first of the paths that is a forecast. If
// none is, the error is that of the last.
func firstGuarded(name string, paths [][]float64, s scale, least, most float64) (point []float64, err error) {
	for _, path := range paths {
		if point, err = guarded(name, path, s, least, most); err == nil {
			return point, nil
		}
	}
	return nil, err
}
