package planner

import "headroom/capacity"

// expect is what the units cost and risk if demand follows the forecast.
func expect(in Input, ds []need, units []int) capacity.Expectation {
	var e capacity.Expectation
	hours, minutes := in.Forecast.Step.Hours(), in.Forecast.Step.Minutes()
	before, changed, paid := int(in.States[0].Units), 0, 0
	for t, n := range units {
		e.UnitHours += float64(n) * hours
		e.MissingUnitHours += ds[t].missing(n) * hours
		e.ViolationMinutes += ds[t].short(n) * minutes
		e.Peak = max(e.Peak, capacity.Units(n))
		paid += max(0, n-int(in.Policy.Pools[0].Paid))
		changed += max(n-before, before-n)
		before = n
	}
	e.UnitCost = float64(paid) * hours * in.Policy.Pools[0].Price
	e.MissingCost = e.MissingUnitHours * in.Policy.Objective.Missing
	e.ChangeCost = float64(changed) * in.Policy.Objective.Change
	return e
}

// total is all the money of an expectation.
func total(e capacity.Expectation) float64 { return e.UnitCost + e.MissingCost + e.ChangeCost }
