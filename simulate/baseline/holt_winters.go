package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// HoltWinters is the Predictive Horizontal Pod Autoscaler with its Holt-Winters
// model, https://github.com/jthomperoo/predictive-horizontal-pod-autoscaler: it
// records the number of replicas that an HPA computes, not the load, forecasts
// one step of that, and takes the higher of the two. Smoothing is additive with
// the constants that its documentation uses, alpha = beta = gamma = 0.9, which
// are set by hand and never fitted. It needs two seasons and 10 + 2·⌊m/2⌋
// records of a season of m, and keeps four seasons.
//
// It starts with what it would have recorded over the training part. Where the
// original estimates the first level, trend and season by maximum likelihood,
// here they are the means of the first two seasons.
type HoltWinters struct {
	HPA    HPA           // its setting is the target
	Season time.Duration // Zero: a day
	Record time.Duration // how often a record is made. Zero: 10 minutes
}

// Name is "PHPA Holt-Winters".
func (HoltWinters) Name() string { return "PHPA Holt-Winters" }

// Every is as often as the HPA decides.
func (p HoltWinters) Every() time.Duration { return p.HPA.Every() }

// Setting is the target.
func (p HoltWinters) Setting() float64 { return p.HPA.Setting() }

// Settings are utilisations.
func (p HoltWinters) Settings() []float64 { return p.HPA.Settings() }

// With is the same with another target.
func (p HoltWinters) With(setting float64) simulate.Policy {
	p.HPA.Target = setting
	return p
}

// Begin starts a run.
func (p HoltWinters) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	const kept = 4 // seasons
	season, record := p.Season, p.Record
	if season == 0 {
		season = 24 * time.Hour
	}
	if record == 0 {
		record = 10 * time.Minute
	}
	between := max(1, t.Lasts(record))
	m := max(1, t.Lasts(season)/between)
	memory := p.HPA.Behavior.begin(t)
	var records []float64
	begun, next, forecast := false, 0, capacity.Units(0)
	return func(v *simulate.View) capacity.Units {
		memory.see(v)
		if !begun {
			begun, next = true, v.Tick
			records = p.recorded(t, v, between, kept*m)
		}
		want, ok := p.HPA.want(t, v)
		if ok && v.Tick >= next {
			next = v.Tick + between
			records = append(records, float64(want))
			records = records[max(0, len(records)-kept*m):]
			forecast = 0
			if len(records) >= max(2*m, 10+2*(m/2)) {
				forecast = ceil(holtWinters(records, m))
			}
		}
		switch {
		case ok:
			want = max(want, forecast)
		case forecast > v.Asked:
			want = forecast
		default:
			return v.Asked
		}
		return memory.settle(v, want)
	}
}

// recorded is what the autoscaler would have recorded before its first decision.
func (p HoltWinters) recorded(t simulate.Terms, v *simulate.View, between, most int) []float64 {
	var records []float64
	for i := len(v.Load) - 1 - between; i >= 0 && len(records) < most; i -= between {
		x := v.Load[i]
		switch n := len(records); {
		case x == x:
			records = append(records, float64(t.Needs(x, p.Setting())))
		case n > 0:
			records = append(records, records[n-1])
		}
	}
	for i, j := 0, len(records)-1; i < j; i, j = i+1, j-1 {
		records[i], records[j] = records[j], records[i]
	}
	return records
}

// holtWinters is the value after y, of at least two seasons of m (Winters,
// Forecasting sales by exponentially weighted moving averages, Management
// Science 6, 1960).
func holtWinters(y []float64, m int) float64 {
	const alpha, beta, gamma = 0.9, 0.9, 0.9
	first, second := 0.0, 0.0
	for i := range m {
		first += y[i] / float64(m)
		second += y[m+i] / float64(m)
	}
	level, trend := first, (second-first)/float64(m)
	season := make([]float64, m)
	for i := range season {
		season[i] = (y[i] - first + y[m+i] - second) / 2
	}
	for i, x := range y {
		before, s := level, season[i%m]
		level = alpha*(x-s) + (1-alpha)*(level+trend)
		trend = beta*(level-before) + (1-beta)*trend
		season[i%m] = gamma*(x-level) + (1-gamma)*s
	}
	return level + trend + season[len(y)%m]
}
