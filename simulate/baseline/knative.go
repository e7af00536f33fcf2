package baseline

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Knative is the Knative pod autoscaler, as documented at
// https://knative.dev/docs/serving/autoscaling/kpa-specific/ and written in
// pkg/autoscaler/scaling/autoscaler.go of https://github.com/knative/serving:
// the mean over 60 s, over the target; in panic, when the mean over 6 s needs
// twice the ready units, the higher of the two and never less than before, until
// 60 s have passed without. One step goes up to 1000 times the ready units and
// down to half. It decides every 2 s, here every tick, and where a tick is
// longer than 6 s the panic window is one tick. Without data it does nothing. It
// begins in panic, as it does when it is restarted. There is no scaling to zero
// beyond what the pool's Min allows.
type Knative struct {
	Target float64 // utilisation; its setting. Zero: 0.7
}

// Name is "Knative KPA".
func (Knative) Name() string { return "Knative KPA" }

// Every is 2 s.
func (Knative) Every() time.Duration { return 2 * time.Second }

// Setting is the target.
func (p Knative) Setting() float64 { return or(p.Target, 0.7) }

// Settings are utilisations.
func (Knative) Settings() []float64 { return targets() }

// With is the same with another target.
func (Knative) With(setting float64) simulate.Policy { return Knative{setting} }

// Begin starts a run.
func (p Knative) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	const (
		stableWindow, panicWindow = 60 * time.Second, 6 * time.Second
		threshold, up, down       = 2, 1000, 2
	)
	stableTicks, panicTicks := t.Lasts(stableWindow), t.Lasts(panicWindow)
	begun, panicking := false, false
	since, most := 0, capacity.Units(0)
	return func(v *simulate.View) capacity.Units {
		if !begun {
			begun = true
			if v.Ready > 1 {
				panicking, since, most = true, v.Tick, v.Ready
			}
		}
		slow, quick := v.Mean(stableTicks), v.Mean(panicTicks)
		if slow != slow {
			return v.Asked
		}
		if quick != quick {
			quick = slow
		}
		ready := max(1, v.Ready)
		highest, lowest := capacity.Units(min(up*int64(ready), math.MaxInt32)), ready/down
		inPanic := t.Needs(quick, p.Setting())
		switch {
		case inPanic >= threshold*ready:
			panicking, since = true, v.Tick
		case panicking && v.Tick-since > stableTicks:
			panicking, most = false, 0
		}
		want := min(max(t.Needs(slow, p.Setting()), lowest), highest)
		if panicking {
			most = max(most, want, min(max(inPanic, lowest), highest))
			want = most
		}
		return want
	}
}
