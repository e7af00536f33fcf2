package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/planner/reactive"
	"headroom/simulate"
)

// Dynamic is [reactive.Dynamic], as it runs beneath a plan, decided each minute
// on the mean load of the minute.
type Dynamic struct {
	Rule reactive.Dynamic // its setting is Target
}

// Name is "dynamic".
func (Dynamic) Name() string { return "dynamic" }

// Every is a minute.
func (Dynamic) Every() time.Duration { return time.Minute }

// Setting is the target.
func (p Dynamic) Setting() float64 { return or(p.Rule.Target, 0.7) }

// Settings are utilisations.
func (Dynamic) Settings() []float64 { return targets() }

// With is the same with another target.
func (p Dynamic) With(setting float64) simulate.Policy {
	p.Rule.Target = setting
	return p
}

// Begin starts a run.
func (p Dynamic) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	var wants reactive.Wants
	return func(v *simulate.View) (units capacity.Units) {
		units, wants = p.Rule.Units(measured(t, v), wants)
		return units
	}
}

// Threshold is [reactive.Threshold], decided each minute on the mean load of the
// minute.
type Threshold struct {
	Rule reactive.Threshold
	// Scale is what all bounds are multiplied by; its setting. Zero: 1.
	Scale float64
}

// Name is "threshold".
func (Threshold) Name() string { return "threshold" }

// Every is a minute.
func (Threshold) Every() time.Duration { return time.Minute }

// Setting is the scale of the bounds.
func (p Threshold) Setting() float64 { return or(p.Scale, 1) }

// Settings go from a little above the bounds to a third of them.
func (Threshold) Settings() []float64 {
	return []float64{1.15, 1.1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3}
}

// With is the same with another scale.
func (p Threshold) With(setting float64) simulate.Policy {
	p.Scale = setting
	return p
}

// Begin starts a run.
func (p Threshold) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	var changed reactive.Changed
	// Dividing the load moves all bounds at once.
	return func(v *simulate.View) (units capacity.Units) {
		m := measured(t, v)
		m.Load /= p.Setting()
		units, changed = p.Rule.Units(m, changed)
		return units
	}
}

// measured is the last minute, as the strategies take it.
func measured(t simulate.Terms, v *simulate.View) reactive.Measurement {
	return reactive.Measurement{
		At: v.Now, Load: v.Mean(t.Lasts(time.Minute)), UnitRate: t.Pool.UnitRate,
		Units: v.Asked, Serving: v.Ready,
	}
}
