package models

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
)

type ridgeFitted struct {
	header
	Scale      scale
	Difference int   // steps, or 0
	Season     int   // steps, or 0: where a gap among the recent lags is filled from
	Lags       []int // ascending
	Weights    []float64
	Intercept  float64
	Least      float64 // measured load that it learnt from
	Most       float64
	Centre     float64 // what is taken off every value before it enters the moments
	Moments    moments // of the regression, from which Update goes on
}

// Predict implements [capacity.Fitted]: one step at a time, each feeding the
// next. A gap in what the lags need is filled from the season before.
//
// What leaves the measured range by more than half of it is cut back. If a
// quarter of the horizon had to be cut, the recursion is unstable:
// ErrNotForecastable.
func (f ridgeFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	reach := f.Lags[len(f.Lags)-1] + f.Difference
	if err := continues(ctx, f.header, s, reach); err != nil {
		return nil, err
	}
	h = max(0, h)
	least, most := span(s.Values)
	floor, ceiling := f.guards(min(least, f.Least), max(most, f.Most))

	recent := s.Values[s.Len()-reach:]
	if slices.ContainsFunc(recent, math.IsNaN) {
		recent = s.Values // what fills a gap may be long ago
	}
	x := make([]float64, len(recent), len(recent)+h)
	for i, v := range recent {
		x[i] = f.Scale.of(v)
	}
	fill(x, f.Season)
	x = x[len(x)-reach:]
	change := make([]float64, reach, reach+h)
	copy(change, x)
	if f.Difference > 0 {
		change = changes(x, f.Difference)
	}

	point := make([]float64, h)
	cut := 0
	for t := range point {
		next := f.Intercept
		for j, lag := range f.Lags {
			next += f.Weights[j] * change[len(change)-lag]
		}
		level := next
		if f.Difference > 0 {
			level += x[len(x)-f.Difference]
		}
		if !finite(level) {
			return nil, fmt.Errorf("model %q: step %d of %d is %v, use another: %w", f.Model, t+1, h, level, capacity.ErrNotFinite)
		}
		if kept := min(max(level, floor), ceiling); kept != level {
			if math.Abs(kept-level) > 1e-6 { // less is rounding, as in constant load
				cut++
			}
			next += kept - level
			level = kept
		}
		x, change = append(x, level), append(change, next)
		point[t] = f.Scale.load(level)
	}
	if cut > max(2, h/4) {
		return nil, fmt.Errorf("model %q: %d of %d steps leave the range of the load by more than half of it, use another: %w", f.Model, cut, h, capacity.ErrExploded)
	}
	return point, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f ridgeFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// guards are the bounds of a forecast on the scale, half a range beyond the
// measured load on either side; on the logarithm the range above is also that
// of the load itself, which is the tighter one.
func (f ridgeFitted) guards(least, most float64) (floor, ceiling float64) {
	low, high := f.Scale.of(least), f.Scale.of(most)
	half := (high - low) / 2
	beyond := f.Scale.of(min(most+(most-least)/2, math.MaxFloat64))
	return low - half, min(high+half, beyond)
}

// usable reports whether Predict and Update can work with f, which may have
// been read.
func (f ridgeFitted) usable() bool {
	ok := f.Scale.valid() && f.Moments.describe(len(f.Lags)) && finite(f.Centre) && len(f.Lags) > 0 && len(f.Weights) == len(f.Lags) &&
		f.Difference >= 0 && f.Season >= 0 && f.Least <= f.Most && f.Least >= 0 && finite(f.Intercept)
	for j := 0; j < len(f.Lags) && ok; j++ {
		ok = f.Lags[j] >= 1 && f.Lags[j] <= math.MaxInt32 && (j == 0 || f.Lags[j] > f.Lags[j-1]) && finite(f.Weights[j])
	}
	return ok && f.Difference <= math.MaxInt32
}

// span is the least and the most of values, gaps ignored.
func span(values []float64) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) {
			least, most = min(least, v), max(most, v)
		}
	}
	return least, most
}

// fill puts into each gap of x what was there a season before, or just before
// where there is no such; what precedes the first measurement becomes that.
func fill(x []float64, season int) {
	first := 0
	for first < len(x) && math.IsNaN(x[first]) {
		first++
	}
	for i := range x {
		switch {
		case !math.IsNaN(x[i]):
		case i < first:
			x[i] = x[min(first, len(x)-1)]
		case season > 0 && i-season >= first:
			x[i] = x[i-season]
		default:
			x[i] = x[i-1]
		}
	}
}
