package models

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/sajari/regression"

	"headroom/capacity"
)

// linear is the least squares line of load on the hour of the day. A day is
// hardly ever a line, so this is the floor on which an honest comparison
// stands: a model that does not beat it has learnt nothing.
//
// The hour counts from midnight in the time zone of the series. The line goes
// through the mean of each hour, not through every measurement: the regression
// library forms a square matrix of its rows, so it is given at most 24.
type linear struct {
	day int // steps
}

// Name implements [capacity.Model].
func (linear) Name() string { return "linear" }

// Fit implements [capacity.Model]. It needs one day with three measured hours.
func (m linear) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, m.day); err != nil {
		return nil, err
	}
	var sum, count [24]float64
	most := 0.0
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			most = max(most, v)
			count[hour(s, i, m.day)]++
		}
	}
	if most == 0 {
		most = 1
	}
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			sum[hour(s, i, m.day)] += v / most // so that no sum overflows
		}
	}
	var line regression.Regression
	rows := 0
	for x := range sum {
		if count[x] > 0 {
			rows++
			line.Train(regression.DataPoint(sum[x]/count[x], []float64{float64(x)}))
		}
	}
	if rows < 3 {
		return nil, fmt.Errorf("model %q needs 3 measured hours of the day and there are %d, use a simpler model: %w", m.Name(), rows, capacity.ErrTooShort)
	}
	if err := line.Run(); err != nil {
		return nil, fmt.Errorf("model %q: %w: %w", m.Name(), err, capacity.ErrNotForecastable)
	}
	f := linearFitted{header{m.Name(), version, s.Step}, m.day, most, line.Coeff(0), line.Coeff(1)}
	// A singular design is no error of the library but a NaN.
	if !finite(f.Intercept) || !finite(f.Slope) {
		return nil, fmt.Errorf("model %q has no line through these hours, use another: %w", m.Name(), capacity.ErrNotForecastable)
	}
	return f, nil
}

// Load implements [capacity.Model].
func (m linear) Load(data []byte) (capacity.Fitted, error) {
	var f linearFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if f.Day < 2 || f.Scale <= 0 {
		return nil, bad(m.Name(), "its day or its scale is not positive")
	}
	return f, nil
}

type linearFitted struct {
	header
	Day              int     // steps
	Scale            float64 // what the two below are in units of
	Intercept, Slope float64 // the slope is per hour
}

// Predict implements [capacity.Fitted]. A line through few hours may climb far
// in the others, so what leaves the range of s by more than half of it is cut
// back.
func (f linearFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	least, most := span(s.Values)
	ceiling := min(most+(most-least)/2, math.MaxFloat64)
	point := make([]float64, max(0, h))
	for t := range point {
		load := f.Intercept + f.Slope*float64(hour(s, s.Len()+t, f.Day))
		point[t] = min(max(0, load)*f.Scale, ceiling)
	}
	return point, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f linearFitted) MarshalBinary() ([]byte, error) { return json.Marshal(f) }

// hour is the hour of the day, 0 to 23, of step i of s.
func hour(s capacity.Series, i, day int) int {
	return phase(s.At(i), s.Step, day) * 24 / day
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
