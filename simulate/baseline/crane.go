package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Crane is the effective HPA of Crane with its DSP predictor,
// https://github.com/gocrane/crane (pkg/prediction/dsp): every 12 hours it takes
// up to 15 days of minutes, at least 48 hours, and looks for a period of a day,
// then of a week. If there is one, it picks the estimator that would have
// predicted the last period best: the highest value of the same minute, or the
// strongest frequencies, each with a margin of 1, 10, 15 or 20 percent. The
// highest prediction of the next hour is a second metric of an HPA, with the
// same target; without a period there is only the HPA.
//
// The original takes as threshold of the spectrum the 99th of the strongest
// frequencies of 100 random permutations. Here it is what that converges to for
// noise, so that it is the same in each run and takes no time. Its
// autocorrelation is taken to be circular, over whole periods.
type Crane struct {
	HPA HPA // its setting is the target
}

// Name is "Crane DSP".
func (Crane) Name() string { return "Crane DSP" }

// Every is as often as the HPA decides.
func (p Crane) Every() time.Duration { return p.HPA.Every() }

// Setting is the target.
func (p Crane) Setting() float64 { return p.HPA.Setting() }

// Settings are utilisations.
func (p Crane) Settings() []float64 { return p.HPA.Settings() }

// With is the same with another target.
func (p Crane) With(setting float64) simulate.Policy {
	p.HPA.Target = setting
	return p
}

// Begin starts a run.
func (p Crane) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	const refresh, history, ahead = 12 * time.Hour, 15 * 24 * time.Hour, time.Hour
	memory := p.HPA.Behavior.begin(t)
	perDay, hour := int(24*time.Hour/t.Minute), max(1, int(ahead/t.Minute))
	var predicted []float64 // of one period, from made on
	made, next := 0, -1
	return func(v *simulate.View) capacity.Units {
		memory.see(v)
		if v.Tick >= next {
			next = v.Tick + t.Lasts(refresh)
			made = len(v.Minutes)
			recent := v.Minutes[max(0, made-int(history/t.Minute)):]
			predicted = predict(recent, perDay)
		}
		want, ok := p.HPA.want(t, v)
		if i := len(v.Minutes) - made; i < len(predicted) && v.Asked > 0 {
			highest := predicted[i]
			for _, x := range predicted[i:min(i+hour, len(predicted))] {
				highest = max(highest, x)
			}
			if !ok {
				want = v.Asked // a metric that fails forbids to scale down
			}
			want, ok = max(want, p.HPA.external(t, v, highest)), true
		}
		if !ok {
			return v.Asked
		}
		return memory.settle(v, want)
	}
}
