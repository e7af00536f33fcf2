package planner

import "headroom/capacity"

// expect is what the units cost and risk if demand follows the forecast.
func expect(in Input, ds []need, units []int) capacity.Expectation {
	var e capacity.Expectation
	hours, minutes := in.Forecast.Step.Hours(), in.Forecast.Step.Minutes()
	for t, n := range units {
		e.UnitHours += float64(n) * hours
		e.MissingUnitHours += ds[t].missing(n) * hours
		e.ViolationMinutes += ds[t].above(float64(n)) * minutes
		e.Peak = max(e.Peak, capacity.Units(n))
	}
	e.UnitCost = e.UnitHours * in.Policy.Pools[0].Price
	e.MissingCost = e.MissingUnitHours * in.Policy.Objective.Missing
	return e
}
