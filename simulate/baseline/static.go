package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// StaticPeak runs the peak of the training part, times a margin, all the time.
// Without training it leaves alone what runs.
type StaticPeak struct {
	Margin float64 // times the peak; its setting. Zero: 1.2
}

// Name is "static peak".
func (StaticPeak) Name() string { return "static peak" }

// Every is an hour.
func (StaticPeak) Every() time.Duration { return time.Hour }

// Setting is the margin.
func (p StaticPeak) Setting() float64 { return or(p.Margin, 1.2) }

// Settings go from a third of the peak to one and a half.
func (StaticPeak) Settings() []float64 {
	return []float64{0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.35, 1.5}
}

// With is the same with another margin.
func (StaticPeak) With(setting float64) simulate.Policy { return StaticPeak{setting} }

// Begin starts a run.
func (p StaticPeak) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	return once(func(v *simulate.View) float64 { return highestKnown(v.Minutes) }, t, p.Setting())
}

// StaticMean runs the mean of the training part, times a margin, all the time.
// Without training it leaves alone what runs.
type StaticMean struct {
	Margin float64 // times the mean; its setting. Zero: 1
}

// Name is "static mean".
func (StaticMean) Name() string { return "static mean" }

// Every is an hour.
func (StaticMean) Every() time.Duration { return time.Hour }

// Setting is the margin.
func (p StaticMean) Setting() float64 { return or(p.Margin, 1) }

// Settings go from seven tenths of the mean to four times as much.
func (StaticMean) Settings() []float64 { return multiples() }

// With is the same with another margin.
func (StaticMean) With(setting float64) simulate.Policy { return StaticMean{setting} }

// Begin starts a run.
func (p StaticMean) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	return once(func(v *simulate.View) float64 { return v.Mean(len(v.Load)) }, t, p.Setting())
}

// once decides by the first view, and then stays.
func once(load func(*simulate.View) float64, t simulate.Terms, margin float64) simulate.Decide {
	units := capacity.Units(-1)
	return func(v *simulate.View) capacity.Units {
		if units < 0 {
			if units = v.Asked; len(v.Load) > 0 {
				if x := load(v); x == x {
					units = capacity.UnitsFor(x*margin, t.Pool.UnitRate)
				}
			}
		}
		return units
	}
}
