package backtest

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// A Costing turns forecasts into plans, and plans into costs, so that models can
// be compared by what they are for. The zero Costing needs no policy: capacity
// is divisible and had at once, without any limit, and a unit of it, which
// serves one of the load in a step, costs one for each hour.
type Costing struct {
	Start time.Time     // of the series that is forecast
	Step  time.Duration // of it. Default: an hour
	// Share of the steps in which capacity may be missing, below 1: the service
	// at which costs are compared. Default: 0.05.
	Share float64
	// Rate is the load that one unit serves in a step, in the unit of the series.
	// Default: 1.
	Rate float64
	// Plan makes the plan for a forecast at a level of risk: the quantile of the
	// load that it is to serve. Default: as many units as that quantile asks for
	// in each step, the rule of the newsvendor and of a service level alike.
	Plan func(f capacity.Forecast, level float64) (Schedule, error)
}

// A Schedule is what a plan runs in each step of its forecast, and costs there.
type Schedule struct {
	Units []float64
	Cost  []float64
	// From is the first step that the plan could change. Those before count
	// nowhere: what serves there was asked for earlier.
	From int
}

// leastRisk is the highest level of risk at which plans are made.
const leastRisk = 0.99999

// filled is the costing with the defaults in place.
func (c Costing) filled() Costing {
	if c.Step <= 0 {
		c.Step = time.Hour
	}
	if !(c.Share > 0) {
		c.Share = 0.05
	}
	if !(c.Rate > 0) {
		c.Rate = 1
	}
	if c.Plan == nil {
		c.Plan = c.unlimited
	}
	return c
}

// unlimited is the plan without any limit.
func (c Costing) unlimited(f capacity.Forecast, level float64) (Schedule, error) {
	var s Schedule
	for t := range f.Steps() {
		units := f.Quantile(level, t) / c.Rate
		s.Units, s.Cost = append(s.Units, units), append(s.Cost, units*f.Step.Hours())
	}
	return s, nil
}

// promised is the level of risk that the service asks for.
func (c Costing) promised() float64 { return min(1-c.Share, leastRisk) }

// risks are the levels of risk at which plans are made, ascending: wide apart
// where a step of quantiles costs little, up to one that hardly anything
// exceeds, and among them the promised one.
func (c Costing) risks() []float64 {
	all := append([]float64{
		0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.975, 0.985, 0.99, 0.995, 0.998, 0.999, 0.9999, leastRisk,
	}, c.promised())
	slices.Sort(all)
	return slices.Compact(all)
}

// A tally is what one plan came to in the steps that were measured.
type tally struct {
	cost, hours, missing float64 // money, unit-hours, and unit-hours that were missing
	short, steps         float64 // steps in which any was missing, of so many
}

func (a tally) plus(b tally) tally {
	return tally{a.cost + b.cost, a.hours + b.hours, a.missing + b.missing, a.short + b.short, a.steps + b.steps}
}

// replay lets what was measured from an origin meet the plans for what was
// forecast from there, at each of the risks.
func (c Costing) replay(o Origin, known Calibration, risks []float64) ([]tally, error) {
	all := make([]tally, len(risks))
	if len(o.Steps) == 0 {
		return all, nil
	}
	levels := slices.Compact(slices.Sorted(slices.Values(append(Levels(), risks...))))
	f := known.Forecast("", c.Start.Add(time.Duration(o.Train)*c.Step), c.Step, unbroken(o), levels)
	for r, level := range risks {
		plan, err := c.Plan(f, level)
		if err != nil {
			return nil, fmt.Errorf("plan from step %d at %s: %w", o.Train, capacity.Percentile(level), err)
		}
		for i, t := range o.Steps {
			if t < plan.From {
				continue
			}
			units, wants := plan.Units[t], o.Actual[i]/c.Rate
			here := tally{cost: plan.Cost[t], hours: units * c.Step.Hours(), steps: 1}
			// What floating point leaves over is not missing.
			if wants > units*(1+1e-9) {
				here.short, here.missing = 1, (wants-units)*c.Step.Hours()
			}
			all[r] = all[r].plus(here)
		}
	}
	return all, nil
}

// unbroken is the point forecast with the steps that were not measured, which
// are not kept, filled by the one before; by the one after where there is none.
func unbroken(o Origin) []float64 {
	var point []float64
	for i, t := range o.Steps {
		before := o.Point[max(0, i-1)]
		point = append(append(point, slices.Repeat([]float64{before}, t-len(point))...), o.Point[i])
	}
	return point
}
