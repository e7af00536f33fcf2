package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// AWSPredictive is a stand-in for predictive scaling of EC2 Auto Scaling with
// target tracking beside it,
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/predictive-scaling-policy-overview.html:
// from up to 14 days of hourly sums it forecasts the next 48 hours, anew every 6
// hours; at each hour, less a buffer, it raises capacity to what the forecast
// needs, and it never lowers it. It needs 24 hours.
//
// The model of AWS is not published. Here it is the mean of the same hours of
// the week (of the day, where the week is too short), corrected by the level of
// the last 24 hours.
type AWSPredictive struct {
	Tracking TargetTracking // fast, and its target is the setting of both
	// Buffer is SchedulingBufferTime. Zero: 5 minutes, or the lead time where
	// that is longer, as a careful operator sets it.
	Buffer time.Duration
}

// Name is "AWS predictive scaling".
func (AWSPredictive) Name() string { return "AWS predictive scaling" }

// Every is as often as target tracking decides.
func (p AWSPredictive) Every() time.Duration { return p.tracking().Every() }

// Setting is the target.
func (p AWSPredictive) Setting() float64 { return p.Tracking.Setting() }

// Settings are utilisations.
func (p AWSPredictive) Settings() []float64 { return p.Tracking.Settings() }

// With is the same with another target.
func (p AWSPredictive) With(setting float64) simulate.Policy {
	p.Tracking.Target = setting
	return p
}

// tracking is fast unless a period is given.
func (p AWSPredictive) tracking() TargetTracking {
	p.Tracking.Fast = p.Tracking.Period == 0
	return p.Tracking
}

// Begin starts a run.
func (p AWSPredictive) Begin(ctx context.Context, t simulate.Terms) simulate.Decide {
	follow := p.tracking().Begin(ctx, t)
	buffer := p.Buffer
	if buffer == 0 {
		buffer = max(5*time.Minute, t.Pool.LeadTime)
	}
	ahead, refresh := t.Lasts(buffer), t.Lasts(6*time.Hour)
	week := newHourly(t)
	made := -1
	return func(v *simulate.View) capacity.Units {
		dynamic := follow(v)
		if made < 0 || v.Tick-made >= refresh {
			week.learn(v)
			made = v.Tick
		}
		if week.known < 24 {
			return dynamic
		}
		floor := max(week.at(v.Tick), week.at(v.Tick+ahead))
		return max(dynamic, t.Needs(floor, p.Setting()))
	}
}

// An hourly is a forecast by the hour of the week.
type hourly struct {
	t       simulate.Terms
	perHour int // entries of View.Minutes in an hour, or one if they are longer
	offset  int // minutes from Monday midnight to the first of them
	known   int // hours that were learnt from
	level   float64
	load    [7 * 24]float64
}

func newHourly(t simulate.Terms) *hourly {
	return &hourly{t: t, perHour: max(1, int(time.Hour/t.Minute)), offset: intoWeek(t.Start)}
}

// at is the load forecast for the hour around a tick.
func (h *hourly) at(tick int) float64 {
	minute := h.offset + int(time.Duration(tick)*h.t.Tick/time.Minute)
	return h.level * h.load[minute/60%(7*24)]
}

// learn takes the last 14 days.
func (h *hourly) learn(v *simulate.View) {
	const hours = 14 * 24
	var sum, count [7 * 24]float64
	var daySum, dayCount [24]float64
	var total, known float64
	minute := int(h.t.Minute / time.Minute)
	begin := max(0, len(v.Minutes)-hours*h.perHour)
	for i := begin; i < len(v.Minutes); i++ {
		if x := v.Minutes[i]; x == x {
			hour := (h.offset + i*minute) / 60 % (7 * 24)
			sum[hour] += x
			count[hour]++
			daySum[hour%24] += x
			dayCount[hour%24]++
			total += x
			known++
		}
	}
	h.known = int(known) / h.perHour
	for hour := range h.load {
		switch {
		case count[hour] > 0:
			h.load[hour] = sum[hour] / count[hour]
		case dayCount[hour%24] > 0:
			h.load[hour] = daySum[hour%24] / dayCount[hour%24]
		case known > 0:
			h.load[hour] = total / known
		}
	}
	var actual, usual float64
	for i := max(0, len(v.Minutes)-24*h.perHour); i < len(v.Minutes); i++ {
		if x := v.Minutes[i]; x == x {
			actual += x
			usual += h.load[(h.offset+i*minute)/60%(7*24)]
		}
	}
	if h.level = 1; usual > 0 {
		h.level = actual / usual
	}
}
