package baseline

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// PerfectHPA is an [HPA] whose metric is the load as it will be when a unit that
// is asked for now serves. It parts the error of a forecast from the error of
// the policy: nobody forecasts better, yet it decides as an HPA does.
type PerfectHPA struct {
	Truth capacity.Series // the load of the case, to its end
	HPA   HPA             // its metric is External; its setting is the target
}

// Name is "HPA with perfect forecast".
func (PerfectHPA) Name() string { return "HPA with perfect forecast" }

// Every is as often as the HPA decides.
func (p PerfectHPA) Every() time.Duration { return p.HPA.Every() }

// Setting is the target.
func (p PerfectHPA) Setting() float64 { return p.HPA.Setting() }

// Settings are utilisations.
func (p PerfectHPA) Settings() []float64 { return p.HPA.Settings() }

// With is the same with another target.
func (p PerfectHPA) With(setting float64) simulate.Policy {
	p.HPA.Target = setting
	return p
}

// Begin starts a run.
func (p PerfectHPA) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	memory, lead := p.HPA.Behavior.begin(t), t.Lasts(t.Pool.LeadTime)
	return func(v *simulate.View) capacity.Units {
		memory.see(v)
		load := math.NaN()
		if i := v.Tick + lead; i < p.Truth.Len() {
			load = p.Truth.Values[i]
		}
		switch {
		case v.Asked == 0:
			return 1
		case load != load:
			return v.Asked
		}
		return memory.settle(v, p.HPA.external(t, v, load))
	}
}
