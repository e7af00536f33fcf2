package capacity

import (
	"fmt"
	"math"
	"sort"
	"time"
)

// A Forecast says how demand may turn out: for every step, one value for each
// quantile level, in the unit of the series that it continues.
type Forecast struct {
	Model  string
	Start  time.Time
	Step   time.Duration
	Levels []float64   // ascending, each inside (0, 1)
	Values [][]float64 // Values[i][t] is the quantile Levels[i] of step t
	// Parts are what holidays and events do in it; Values have it already.
	Parts []Part `json:",omitempty"`
}

// Steps is the length of the horizon.
func (f Forecast) Steps() int {
	if len(f.Values) == 0 {
		return 0
	}
	return len(f.Values[0])
}

// At is the time at which step t starts.
func (f Forecast) At(t int) time.Time {
	return f.Start.Add(time.Duration(t) * f.Step)
}

// Quantile is the demand that step t stays below with probability q. Between
// two levels it is interpolated linearly; outside them it is the nearest level.
func (f Forecast) Quantile(q float64, t int) float64 {
	i := sort.SearchFloat64s(f.Levels, q)
	switch {
	case i == len(f.Levels):
		return f.Values[i-1][t]
	case i == 0 || f.Levels[i] == q:
		return f.Values[i][t]
	}
	share := (q - f.Levels[i-1]) / (f.Levels[i] - f.Levels[i-1])
	return f.Values[i-1][t] + share*(f.Values[i][t]-f.Values[i-1][t])
}

// Validate reports the first reason why no plan should be built on f: an
// [ErrBadForecast] that names the level and the step.
func (f Forecast) Validate() error {
	if f.Step <= 0 || len(f.Levels) == 0 || len(f.Values) != len(f.Levels) || f.Steps() == 0 {
		return fmt.Errorf("forecast of %q has step %v, %d levels and %s: %w", f.Model, f.Step, len(f.Levels), Count(f.Steps(), "step"), ErrBadForecast)
	}
	for i, level := range f.Levels {
		if !(level > 0 && level < 1) || (i > 0 && level <= f.Levels[i-1]) {
			return fmt.Errorf("forecast of %q: level %v at place %d is out of order: %w", f.Model, level, i, ErrBadForecast)
		}
		if len(f.Values[i]) != f.Steps() {
			return fmt.Errorf("forecast of %q: level %v has %s, want %d: %w", f.Model, level, Count(len(f.Values[i]), "step"), f.Steps(), ErrBadForecast)
		}
		for t, v := range f.Values[i] {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || (i > 0 && v < f.Values[i-1][t]) {
				return fmt.Errorf("forecast of %q: value %v of level %v at %s: %w", f.Model, v, level, f.At(t).Format(time.RFC3339), ErrBadForecast)
			}
		}
	}
	return nil
}
