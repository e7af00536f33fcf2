package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// LastValue asks for the load of the last interval and a margin: the predictor
// "constant" of the planner of NVIDIA Dynamo, whose throughput loop runs every
// 180 s, https://github.com/ai-dynamo/dynamo.
type LastValue struct {
	Margin   float64       // times the load, above 0; its setting. Zero: 1
	Interval time.Duration // Zero: 180 s
}

// Name is "last value".
func (LastValue) Name() string { return "last value" }

// Every is the interval.
func (p LastValue) Every() time.Duration {
	if p.Interval == 0 {
		return 3 * time.Minute
	}
	return p.Interval
}

// Setting is what the load is multiplied by.
func (p LastValue) Setting() float64 { return or(p.Margin, 1) }

// Settings go from seven tenths of the load to four times as much.
func (LastValue) Settings() []float64 { return multiples() }

// With is the same with another margin.
func (p LastValue) With(setting float64) simulate.Policy {
	p.Margin = setting
	return p
}

// Begin starts a run.
func (p LastValue) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	interval := max(1, t.Lasts(p.Every()))
	return func(v *simulate.View) capacity.Units {
		load := v.Mean(interval)
		if load != load {
			return v.Asked
		}
		return capacity.UnitsFor(load*p.Setting(), t.Pool.UnitRate)
	}
}
