package planner

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// Input is everything that a plan depends on.
type Input struct {
	Policy   capacity.Policy
	Forecast capacity.Forecast // of the policy's demand, at its step
	State    capacity.State    // what the policy's pool runs at Now
	Now      time.Time         // nothing is asked for earlier
	Notes    []string          // what the plan's reader should know beforehand, such as a fallback model
}

// Most money per unit-hour, and most units that a forecast may ask for: far
// beyond any fleet, and small enough that no sum overflows.
const (
	mostMoney = 1e15
	mostUnits = 1e7
)

// check refuses what no plan can be built on and returns the zone in which the
// plan's reader lives.
func (in Input) check() (*time.Location, error) {
	p := in.Policy
	bad := func(format string, args ...any) (*time.Location, error) {
		return nil, fmt.Errorf("plan %q: %s: %w", p.Service, fmt.Sprintf(format, args...), capacity.ErrBadPolicy)
	}
	if len(p.Pools) != 1 {
		return bad("the policy has %d pools, a plan is made for exactly one: leave one in capacity.pools", len(p.Pools))
	}
	pool := p.Pools[0]
	switch o := p.Objective; {
	case !(pool.UnitRate > 0) || math.IsInf(pool.UnitRate, 0):
		return bad("pool %q has unitRate %v: give the load that one unit serves, above 0", pool.Name, pool.UnitRate)
	case pool.Min < 0 || pool.Max < pool.Min:
		return bad("pool %q has min %d and max %d: they must be 0 ≤ min ≤ max", pool.Name, pool.Min, pool.Max)
	case !(pool.Price >= 0 && pool.Price <= mostMoney):
		return bad("pool %q has price %v: give money per unit-hour, from 0 to %g", pool.Name, pool.Price, mostMoney)
	case pool.LeadTime < 0:
		return bad("pool %q has leadTime %v: it cannot be negative", pool.Name, pool.LeadTime)
	case !(o.Missing >= 0 && o.Missing <= mostMoney):
		return bad("objective.missing is %v: give money per missing unit-hour, up to %g", o.Missing, mostMoney)
	case !(o.ServiceLevel >= 0 && o.ServiceLevel < 1):
		return bad("objective.serviceLevel is %v: give a share between 0 and 1", o.ServiceLevel)
	case (o.Missing > 0) == (o.ServiceLevel > 0):
		return bad("objective needs either missing or serviceLevel, and not both")
	case !(o.Change >= 0 && o.Change <= mostMoney):
		return bad("objective.change is %v: give money per unit started or stopped, up to %g", o.Change, mostMoney)
	case pool.Paid < 0 || pool.Hold < 0 || pool.Changes < 0:
		return bad("pool %q has paid %d, hold %v and changes %d: none can be negative", pool.Name, pool.Paid, pool.Hold, pool.Changes)
	case !(pool.Interruption >= 0 && pool.Interruption < 1):
		return bad("pool %q has interruption %v: give the chance within an hour, from 0 to below 1", pool.Name, pool.Interruption)
	}
	for i, r := range []capacity.Rate{pool.Ramp.Up, pool.Ramp.Down} {
		if r.Per < 0 || (r.Limited() && r.Units <= 0) {
			return bad("ramp.%s of %d per %v never moves: give at least 1 unit per positive time, or leave it out", []string{"up", "down"}[i], r.Units, r.Per)
		}
	}
	for _, w := range p.Control.Freeze {
		if !w.From.Before(w.To) {
			return bad("control.freeze from %s to %s ends before it begins: swap the two", w.From.Format(time.RFC3339), w.To.Format(time.RFC3339))
		}
	}
	if err := checkBudget(p.Objective.Budget, pool); err != nil {
		return nil, fmt.Errorf("plan %q: %w", p.Service, err)
	}
	zone, err := time.LoadLocation(p.Demand.Timezone)
	if err != nil || p.Demand.Timezone == "Local" {
		return bad("demand.timezone %q is not known: give an IANA name such as Europe/Berlin", p.Demand.Timezone)
	}
	return zone, in.checkForecast()
}

// checkForecast refuses a forecast that says nothing about the time to plan.
func (in Input) checkForecast() error {
	f, p := in.Forecast, in.Policy
	if err := f.Validate(); err != nil {
		return fmt.Errorf("plan %q: %w", p.Service, err)
	}
	top := 0.0
	for _, row := range f.Values {
		for _, v := range row {
			top = max(top, v)
		}
	}
	end := f.At(f.Steps())
	switch {
	case p.Demand.Aggregate == capacity.Sum && p.Demand.Step != f.Step:
		return fmt.Errorf("plan %q: forecast of %q has step %v and the policy's demand %v, forecast at the latter: %w", p.Service, f.Model, f.Step, p.Demand.Step, capacity.ErrBadForecast)
	case !end.After(in.Now):
		return fmt.Errorf("plan %q: forecast of %q ends at %s, it is %s already, forecast anew: %w", p.Service, f.Model, end.Format(time.RFC3339), in.Now.Format(time.RFC3339), capacity.ErrBadForecast)
	case p.Demand.Rate(top)/p.Pools[0].UnitRate > mostUnits:
		return fmt.Errorf("plan %q: forecast of %q reaches %g, that is %g units at unitRate %g, check both: %w", p.Service, f.Model, top, p.Demand.Rate(top)/p.Pools[0].UnitRate, p.Pools[0].UnitRate, capacity.ErrBadForecast)
	case in.State.Units < 0 || in.State.Units > mostUnits:
		return fmt.Errorf("plan %q: target %q reports %d units, that cannot be", p.Service, p.Pools[0].Target, in.State.Units)
	}
	return nil
}
