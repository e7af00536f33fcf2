package planner

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// Input is everything that a plan depends on.
type Input struct {
	Policy   capacity.Policy
	Forecast capacity.Forecast // of the policy's demand, at its step
	States   []capacity.State  // what each of the policy's pools runs at Now, in their order
	Now      time.Time         // nothing is asked for earlier
	Notes    []string          // what the plan's reader should know beforehand, such as a fallback model
}

// mostUnits is the most units that a forecast may ask for: far beyond any service, and
// small enough that no sum overflows.
const mostUnits = 1e7

// check refuses what no plan can be built on and returns the zone in which the
// plan's reader lives.
func (in Input) check() (*time.Location, error) {
	p := in.Policy
	bad := func(format string, args ...any) (*time.Location, error) {
		return nil, fmt.Errorf("plan %q: %s: %w", p.Service, fmt.Sprintf(format, args...), capacity.ErrBadPolicy)
	}
	if len(p.Pools) == 0 {
		return bad("there is no pool: give at least one in capacity.pools")
	}
	if len(in.States) != len(p.Pools) {
		return nil, fmt.Errorf("plan %q: got the states of %s for %s, give one for each", p.Service, capacity.Count(len(in.States), "target"), capacity.Count(len(p.Pools), "pool"))
	}
	for i, pool := range p.Pools {
		if err := pool.Validate(); err != nil {
			return nil, fmt.Errorf("plan %q: %w", p.Service, err)
		}
		for _, other := range p.Pools[:i] {
			if other.Name == pool.Name || other.Target == pool.Target {
				return bad("pools %q and %q have the same name or target: give each its own", other.Name, pool.Name)
			}
		}
	}
	switch o := p.Objective; {
	case !(o.Missing >= 0 && o.Missing <= capacity.MostMoney):
		return bad("objective.missing is %v: give money per missing unit-hour, up to %g", o.Missing, capacity.MostMoney)
	case !(o.ServiceLevel >= 0 && o.ServiceLevel < 1):
		return bad("objective.serviceLevel is %v: give a share between 0 and 1", o.ServiceLevel)
	case (o.Missing > 0) == (o.ServiceLevel > 0):
		return bad("objective needs either missing or serviceLevel, and not both")
	case !(o.Change >= 0 && o.Change <= capacity.MostMoney):
		return bad("objective.change is %v: give money per unit started or stopped, up to %g", o.Change, capacity.MostMoney)
	}
	for _, w := range p.Control.Freeze.Windows {
		if !w.From.Before(w.To) {
			return bad("control.freeze from %s to %s ends before it begins: swap the two", w.From.Format(time.RFC3339), w.To.Format(time.RFC3339))
		}
	}
	if err := checkBudget(p.Objective.Budget, p.Pools); err != nil {
		return nil, fmt.Errorf("plan %q: %w", p.Service, err)
	}
	zone, err := time.LoadLocation(p.Demand.Timezone)
	if err != nil || p.Demand.Timezone == "Local" {
		return bad("demand.timezone %q is not known: give an IANA name such as Europe/Berlin", p.Demand.Timezone)
	}
	return zone, in.checkForecast()
}

// only is the input for one pool alone. Missing load costs what it does for all
// pools: the objective prices it by the units of the first.
func (in Input) only(i int) Input {
	pool := in.Policy.Pools[i]
	in.Policy.Objective.Missing *= pool.UnitRate / in.Policy.Pools[0].UnitRate
	in.Policy.Pools, in.States = []capacity.Pool{pool}, in.States[i:i+1]
	return in
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
	}
	for i, pool := range p.Pools {
		switch {
		case p.Demand.Rate(top)/pool.UnitRate > mostUnits:
			return fmt.Errorf("plan %q: forecast of %q reaches %g, that is %g units at unitRate %g, check both: %w", p.Service, f.Model, top, p.Demand.Rate(top)/pool.UnitRate, pool.UnitRate, capacity.ErrBadForecast)
		case in.States[i].Units < 0 || in.States[i].Units > mostUnits:
			return fmt.Errorf("plan %q: target %q reports %s, that cannot be", p.Service, pool.Target, capacity.Count(in.States[i].Units, "unit"))
		}
	}
	return nil
}
