package planner

import "headroom/capacity"

// expect is what units of all pools cost and risk if demand follows the forecast.
// Missing load is counted in units of the first pool.
func (f *fleet) expect(units [][]int) capacity.Expectation {
	var e capacity.Expectation
	hours, minutes := f.in.Forecast.Step.Hours(), f.in.Forecast.Step.Minutes()
	paid, changed := make([]int, len(units)), 0
	now, before := make([]int, len(units)), make([]int, len(units))
	for i, state := range f.in.States {
		before[i] = int(state.Units)
	}
	for t := range f.steps {
		all := 0
		for i := range units {
			now[i] = units[i][t]
			all += now[i]
			paid[i] += max(0, now[i]-f.problem.Pools[i].Paid)
			changed += max(now[i]-before[i], before[i]-now[i])
		}
		missing, chance := f.risk.Of(t, now)
		e.UnitHours += float64(all) * hours
		e.MissingUnitHours += missing / f.in.Policy.Pools[0].UnitRate * hours
		e.ViolationMinutes += chance * minutes
		e.Peak = max(e.Peak, capacity.Units(all))
		now, before = before, now
	}
	for i, pool := range f.in.Policy.Pools {
		e.UnitCost += float64(paid[i]) * hours * pool.Price
	}
	e.MissingCost = e.MissingUnitHours * f.in.Policy.Objective.Missing
	e.ChangeCost = float64(changed) * f.in.Policy.Objective.Change
	return e
}
