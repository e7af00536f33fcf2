package planner

import "headroom/capacity"

// expect is what the units cost and risk if demand follows the forecast.
func expect(in Input, ds []need, units []int) capacity.Expectation {
	var e capacity.Expectation
	hours, minutes := in.Forecast.Step.Hours(), in.Forecast.Step.Minutes()
	before, changed, paid := int(in.States[0].Units), 0, 0.0
	add := func(t, n int, share float64) {
		e.UnitHours += share * float64(n) * hours
		e.MissingUnitHours += share * ds[t].missing(n) * hours
		e.ViolationMinutes += share * ds[t].short(n) * minutes
		paid += share * float64(max(0, n-int(in.Policy.Pools[0].Paid)))
	}
	for t, n := range units {
		// Time that is over is charged to no plan, and until new units serve the
		// ones before them do.
		p := ds[t].part
		if n > before && p.wait > 0 {
			add(t, before, p.wait)
			add(t, n, 1-p.over-p.wait)
		} else {
			add(t, n, 1-p.over)
		}
		e.Peak = max(e.Peak, capacity.Units(n))
		changed += max(n-before, before-n)
		before = n
	}
	e.UnitCost = paid * hours * in.Policy.Pools[0].Price
	e.MissingCost = e.MissingUnitHours * in.Policy.Objective.Missing
	e.ChangeCost = float64(changed) * in.Policy.Objective.Change
	return e
}

// total is all the money of an expectation.
func total(e capacity.Expectation) float64 { return e.UnitCost + e.MissingCost + e.ChangeCost }
