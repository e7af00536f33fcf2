package baseline

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// InstantOracle knows the whole load and runs in a world without lead time,
// draining, ramp and faults: what is needed, when it is needed, and where that
// costs more than the price of a tick of missing capacity, the least. Nobody can
// reach it; its distance to [Oracle] is what lead times cost.
type InstantOracle struct {
	Truth capacity.Series // the load of the case, to its end
	// Price of an hour of missing capacity, in unit-hours; its setting. Zero: so
	// high that nothing is missing that Max allows.
	Price float64
	// Missing is the price of each unit-hour that is needed and missing, in
	// unit-hours. If it is there, Price does not count.
	Missing float64
}

// Name is "instant oracle".
func (InstantOracle) Name() string { return "instant oracle" }

// Every is every tick.
func (InstantOracle) Every() time.Duration { return 0 }

// Setting is the price.
func (p InstantOracle) Setting() float64 { return or(p.Price, exact) }

// Settings double from a quarter.
func (InstantOracle) Settings() []float64 { return prices() }

// With is the same with another price.
func (p InstantOracle) With(setting float64) simulate.Policy {
	p.Price = setting
	return p
}

// Frame takes from the case all that is in the way.
func (InstantOracle) Frame(c simulate.Case) simulate.Case {
	c.Pool.LeadTime, c.Pool.Interruption, c.Pool.Ramp = 0, 0, capacity.Ramp{}
	c.Jitter, c.Drain, c.Delay, c.Faults = 0, -1, 0, simulate.Faults{}
	return c
}

// Begin starts a run.
func (p InstantOracle) Begin(_ context.Context, t simulate.Terms) simulate.Decide {
	// What is paid for anyway is always run.
	least := max(t.Pool.Min, t.Pool.Paid)
	return func(v *simulate.View) capacity.Units {
		if v.Tick >= p.Truth.Len() {
			return least
		}
		need := capacity.UnitsFor(p.Truth.Values[v.Tick], t.Pool.UnitRate)
		if p.Missing > 0 {
			if p.Missing < 1 {
				return least // a unit is dearer
			}
			return max(need, least)
		}
		if (t.Pool.Max > 0 && need > t.Pool.Max) || float64(need-least) > p.Setting() {
			return least
		}
		return max(need, least)
	}
}
