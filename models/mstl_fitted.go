package models

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"headroom/capacity"
)

type mstlFitted struct {
	header
	Scale     scale
	Seasons   []int     // steps, ascending
	Smoothing smoothing // of what the seasons leave
	Least     float64   // measured load that it learnt from
	Most      float64

	seen *decomposed // nil if f was read
}

// decomposed is a series that was decomposed: what a model was fitted to is
// what it is asked to continue first.
type decomposed struct {
	loads []float64
	last  [][]float64 // the last cycle of each season
	rest  []float64
}

// Predict implements [capacity.Fitted]: s is decomposed anew, and the forecast
// stays within [guarded]; where the slope would carry it out of them, there is no
// slope.
func (f mstlFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 2*f.Seasons[len(f.Seasons)-1]+1); err != nil {
		return nil, err
	}
	last, rest := f.decompose(s.Values)
	paths := f.Smoothing.forecast(rest, max(0, h))
	for k, season := range f.Seasons {
		for _, path := range paths {
			for t := range path {
				path[t] += last[k][t%season]
			}
		}
	}
	least, most := span(s.Values)
	return firstGuarded(f.Model, paths, f.Scale, min(least, f.Least), max(most, f.Most))
}

// decompose is the last cycle of each season in loads, and what is left of them,
// on the scale.
func (f mstlFitted) decompose(loads []float64) (last [][]float64, rest []float64) {
	same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
	if f.seen != nil && slices.EqualFunc(f.seen.loads, loads, same) {
		return f.seen.last, f.seen.rest
	}
	x, _ := f.Scale.all(loads)
	return newDecomposer(f.Seasons).cycles(x)
}

// MarshalBinary implements [capacity.Fitted].
func (f mstlFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// usable reports whether Predict can work with f, which may have been read.
func (f mstlFitted) usable() bool {
	ok := f.Scale.valid() && f.Smoothing.usable() && f.Smoothing.Season == 0 &&
		f.Least >= 0 && f.Least <= f.Most && len(f.Seasons) > 0
	for k := 0; k < len(f.Seasons) && ok; k++ {
		ok = f.Seasons[k] >= 2 && f.Seasons[k] <= math.MaxInt32 && (k == 0 || f.Seasons[k] > f.Seasons[k-1])
	}
	return ok
}
