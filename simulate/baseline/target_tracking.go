package baseline

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// TargetTracking is target tracking of EC2 Auto Scaling and of Application Auto
// Scaling,
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
// and https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html.
// Its two alarms are those that it is seen to make: above the target for 3 of 3
// points, below nine tenths of it for 15 minutes
// (https://github.com/aws/containers-roadmap/issues/1208). AWS does not publish
// how far it steps; here it is to the number that brings the newest point to
// the target, so that where 1.5 could go, 1 goes. As documented, units that
// warm up are neither in the metric nor in the current capacity, so what they
// will be is not added again; and nothing is taken away while they do.
type TargetTracking struct {
	Target float64 // utilisation; its setting. Zero: 0.7
	// Fast: points of 10 s, as high-resolution metrics allow since November
	// 2024; otherwise a minute, detailed monitoring.
	Fast bool
	// Period of a point, if it is neither: 5 minutes is basic monitoring.
	Period time.Duration
	// Cooldown after each change before anything is taken away, 300 s in
	// Application Auto Scaling. Zero: none, as in EC2 Auto Scaling.
	Cooldown time.Duration
}

// Name is "AWS target tracking", slow or fast.
func (p TargetTracking) Name() string {
	if p.Fast {
		return "AWS target tracking, fast"
	}
	return "AWS target tracking, slow"
}

// Every is the period of a point.
func (p TargetTracking) Every() time.Duration {
	switch {
	case p.Period > 0:
		return p.Period
	case p.Fast:
		return 10 * time.Second
	}
	return time.Minute
}

// Setting is the target.
func (p TargetTracking) Setting() float64 { return or(p.Target, 0.7) }

// Settings are utilisations.
func (TargetTracking) Settings() []float64 { return targets() }

// With is the same with another target.
func (p TargetTracking) With(setting float64) simulate.Policy {
	p.Target = setting
	return p
}

// Begin starts a run.
func (p TargetTracking) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	const highPoints, low = 3, 15 * time.Minute
	target, period := p.Setting(), max(1, t.Lasts(p.Every()))
	lowPoints := max(highPoints, t.Lasts(low)/period)
	cooldown := t.Lasts(p.Cooldown)
	high, calm, changed := 0, 0, math.MinInt32
	asked := capacity.Units(-1)
	return func(v *simulate.View) capacity.Units {
		if asked >= 0 && v.Asked != asked {
			changed = v.Tick - period
		}
		asked = v.Asked
		load, usage := point(t, v, period)
		switch {
		case usage > target*(1+1e-9):
			high, calm = high+1, 0
		case usage < 0.9*target*(1-1e-9):
			high, calm = 0, calm+1
		default: // also without data, when an alarm is in neither state
			high, calm = 0, 0
		}
		switch {
		case high >= highPoints:
			return max(v.Asked, t.Needs(load, target))
		case calm >= lowPoints && v.Pending == 0 && v.Tick-changed >= cooldown:
			return min(v.Asked, t.Needs(load, target))
		}
		return v.Asked
	}
}

// point is one point of the metric: the mean load over the newest n ticks, and
// the mean utilisation of the units that served it; NaN without data.
func point(t simulate.Terms, v *simulate.View, n int) (load, usage float64) {
	known := 0.0
	for i := max(0, len(v.Load)-n); i < len(v.Load); i++ {
		x := v.Load[i]
		if x != x {
			continue
		}
		units := v.Serving[i]
		if i < t.From {
			units = int32(v.Ready)
		}
		known++
		load += x
		if x > 0 {
			usage += x / (float64(units) * t.Pool.UnitRate)
		}
	}
	return load / known, usage / known
}
