package simulate

import (
	"context"
	"math"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/controller"
	"headroom/nowcast"
)

// Nowcasting decides from minute to minute, as package controller does in mode auto
// within an envelope that knows no plan: what package nowcast forecasts for the next
// hour decides what is asked for, and how often capacity was missing so far decides how
// careful that is. Live services follow it under control.live: auto, and plans otherwise.
type Nowcasting struct {
	Share float64 // of the time in which capacity may be missing; its setting
	tape  *tape
}

// NewNowcasting promises that capacity is missing in one minute of a hundred.
// It is for runs over one trace, which share what was forecast: that depends on
// the minutes alone, and not on lead times and settings.
func NewNowcasting() Nowcasting { return Nowcasting{Share: 0.01, tape: &tape{}} }

// Name is "short-term forecaster, not live".
func (Nowcasting) Name() string { return "short-term forecaster, not live" }

// Every is once a minute.
func (Nowcasting) Every() time.Duration { return time.Minute }

// Setting is the share.
func (p Nowcasting) Setting() float64 { return p.Share }

// Settings are shares from one in a hundred thousand to a fifth.
func (Nowcasting) Settings() []float64 {
	return []float64{0.00001, 0.00003, 0.0001, 0.0002, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.006, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1, 0.2}
}

// With is the same with another share.
func (p Nowcasting) With(share float64) Policy {
	p.Share = share
	return p
}

// unlimited is of an envelope that limits nothing.
const unlimited = 1 << 30

// Begin starts a run.
func (p Nowcasting) Begin(ctx context.Context, t Terms) Decide {
	most := t.Pool.Max
	if most == 0 {
		most = mostUnits
	}
	e := controller.Envelope{
		Service: t.Pool.Name, Pool: t.Pool.Name, Made: t.Start, Expires: t.Start.AddDate(1000, 0, 0), Mode: controller.Auto,
		Least: controller.Bound{Units: t.Pool.Min}, Most: controller.Bound{Units: most},
		UnitRate: t.Pool.UnitRate, LeadTime: t.Pool.LeadTime, Share: p.Share,
		// A case says itself how late and how incomplete what is measured is.
		Fresh: 24 * time.Hour, LetGo: 24 * time.Hour,
		Limits: controller.Limits{Reversals: unlimited, Calls: unlimited},
	}
	decider, per, judged := controller.NewDecider(p.Share), max(1, t.Lasts(time.Minute)), t.From
	seen, rehearsed := 0, false // ticks
	var load float64
	return func(v *View) capacity.Units {
		s := controller.Situation{Now: v.Now, Envelope: e, Target: controller.Target{Known: true, Asked: v.Asked, Serving: v.Ready}}
		for i := len(v.Load) - 1; i >= seen; i-- {
			if x := v.Load[i]; !math.IsNaN(x) {
				seen, load = i+1, v.Mean(per)
				break
			}
		}
		if last := v.Minutes[max(0, len(v.Minutes)-controller.Lasts):]; len(last) == controller.Lasts && !slices.ContainsFunc(last, math.IsNaN) {
			s.Lasting = slices.Min(last)
		}
		if seen > 0 {
			s.Load, s.Seen = load, t.Start.Add(time.Duration(seen)*t.Tick)
		}
		if t.Minute == time.Minute {
			if f, ok := p.tape.at(ctx, v.Load, per); ok {
				minutes := len(v.Load) / per
				s.Forecast, s.Ahead = &f, t.Start.Add(time.Duration(minutes)*time.Minute)
				if !rehearsed {
					rehearsed = true
					late := (v.Tick - len(v.Load)) / per
					p.tape.rehearse(decider, nowcast.Terms{Rate: t.Pool.UnitRate, Lead: int((t.Pool.LeadTime+t.Minute-1)/t.Minute) + late}, minutes)
				}
			}
		}
		for ; judged < len(v.Load); judged++ {
			if x := v.Load[judged]; !math.IsNaN(x) {
				decider.Judge(e, x, capacity.Units(v.Serving[judged]), 1/float64(per))
			}
		}
		return decider.Decide(s).Units
	}
}
