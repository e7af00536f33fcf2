package baseline

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Lookback is an [HPA] that also looks at what the load was a week ago, half an
// hour further on, and takes the higher of the two: what Grafana Mimir ships for
// its queriers, https://github.com/grafana/mimir/pull/7775, as
// autoscaling_querier_predictive_scaling_period and _lookback: a second trigger
// of KEDA reads the highest value between 6d23h30m and 7d ago, with the same
// threshold. Its behaviour here is the default one; Mimir sets its own, which
// HPA.Behavior can be given.
type Lookback struct {
	HPA    HPA           // its metric is External; its setting is the target
	Period time.Duration // Zero: 7 days
	Ahead  time.Duration // how much later than a period ago. Zero: 30 minutes
	// Window is how much time before that counts with its highest minute. Zero:
	// 30 minutes. Negative: one minute only.
	Window time.Duration
}

// Name is "look-back of a week".
func (Lookback) Name() string { return "look-back of a week" }

// Every is as often as the HPA decides.
func (p Lookback) Every() time.Duration { return p.HPA.Every() }

// Setting is the target.
func (p Lookback) Setting() float64 { return p.HPA.Setting() }

// Settings are utilisations.
func (p Lookback) Settings() []float64 { return p.HPA.Settings() }

// With is the same with another target.
func (p Lookback) With(setting float64) simulate.Policy {
	p.HPA.Target = setting
	return p
}

// Begin starts a run.
func (p Lookback) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	period, ahead := p.Period, p.Ahead
	if period == 0 {
		period = 7 * 24 * time.Hour
	}
	if ahead == 0 {
		ahead = 30 * time.Minute
	}
	window := p.Window
	if window == 0 {
		window = 30 * time.Minute
	}
	minutes := max(1, int(window/t.Minute))
	p.HPA.External = true
	ago := period - ahead
	memory := p.HPA.Behavior.begin(t)
	looked, then := 0, math.NaN()
	return func(v *simulate.View) capacity.Units {
		memory.see(v)
		want, ok := p.HPA.want(t, v)
		end := min(int((time.Duration(v.Tick)*t.Tick-ago)/t.Minute)+1, len(v.Minutes))
		if end > looked {
			looked, then = end, highestKnown(v.Minutes[max(0, end-minutes):end])
		}
		if end > 0 && then == then && v.Asked > 0 {
			if !ok {
				want = v.Asked // a metric that fails forbids to scale down
			}
			want, ok = max(want, p.HPA.external(t, v, then)), true
		}
		if !ok {
			return v.Asked
		}
		return memory.settle(v, want)
	}
}

// highestKnown is NaN if nothing is known.
func highestKnown(values []float64) float64 {
	highest := math.NaN()
	for _, x := range values {
		if x == x && !(x <= highest) {
			highest = x
		}
	}
	return highest
}
