package simulate

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
	"headroom/nowcast"
)

// Nowcasting decides from minute to minute: what package nowcast forecasts for
// the next hour decides what is asked for, and how often capacity was missing so
// far decides how careful that is. Until there is enough history it asks for
// what Before does. Only the simulator runs it; live services follow plans.
type Nowcasting struct {
	Before Policy // nil: no other number than there was
	// Share of the time in which capacity may be missing; its setting.
	Share float64
	// Worth of a minute without missing capacity, in unit-minutes, if it is not
	// to follow from the share; its setting then.
	Worth float64
	tape  *tape
}

// NewNowcasting promises that capacity is missing in one minute of a hundred.
// It is for runs over one trace, which share what was forecast: that depends on
// the minutes alone, and not on lead times and settings.
func NewNowcasting(before Policy) Nowcasting {
	return Nowcasting{Before: before, Share: 0.01, tape: &tape{}}
}

// Name is "short-term forecaster, not live".
func (Nowcasting) Name() string { return "short-term forecaster, not live" }

// Every is once a minute.
func (Nowcasting) Every() time.Duration { return time.Minute }

// Setting is the share, or the worth if that was set.
func (p Nowcasting) Setting() float64 {
	if p.Worth > 0 {
		return p.Worth
	}
	return p.Share
}

// Settings are shares from one in a hundred thousand to a fifth, or worths from a few
// units to ten thousands.
func (p Nowcasting) Settings() []float64 {
	if p.Worth > 0 {
		return []float64{3, 5, 8, 12, 18, 25, 35, 50, 70, 100, 140, 200, 300, 500, 800, 1300, 2000, 4000, 8000, 16000, 32000}
	}
	return []float64{0.00001, 0.00003, 0.0001, 0.0002, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.006, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1, 0.2}
}

// With is the same with another setting.
func (p Nowcasting) With(setting float64) Policy {
	if p.Worth > 0 {
		p.Worth = setting
	} else {
		p.Share = setting
	}
	return p
}

// Begin starts a run.
func (p Nowcasting) Begin(ctx context.Context, t Terms) Decide {
	before := func(v *View) capacity.Units { return v.Asked }
	if p.Before != nil {
		before = p.Before.Begin(ctx, t)
	}
	care := nowcast.NewCare(p.Share)
	per := max(1, t.Lasts(time.Minute))
	judged := 0 // ticks
	return func(v *View) capacity.Units {
		if t.Minute != time.Minute {
			return before(v)
		}
		forecast, ok := p.tape.at(ctx, v.Load, per)
		if !ok {
			return before(v)
		}
		// What is measured late leaves minutes between it and now.
		late := (v.Tick - len(v.Load)) / per
		terms := nowcast.Terms{Rate: t.Pool.UnitRate, Lead: int((t.Pool.LeadTime+t.Minute-1)/t.Minute) + late, Worth: p.Worth}
		if p.Worth == 0 {
			if judged == 0 {
				judged = t.From
				p.tape.rehearse(&care, terms, len(v.Load)/per)
			}
			for ; judged < len(v.Load); judged++ {
				if load := v.Load[judged]; !math.IsNaN(load) {
					care.Judge(capacity.UnitsFor(load, t.Pool.UnitRate) > capacity.Units(v.Serving[judged]), 1/float64(per))
				}
			}
			terms.Worth = care.Worth()
		}
		return forecast.Ask(v.Asked, terms)
	}
}
