package planner

import (
	"slices"

	"headroom/capacity"
)

// expect is what units of all pools cost and risk if demand follows the forecast.
// Missing load is counted in units of the first pool.
func (f *fleet) expect(units [][]int) capacity.Expectation {
	var e capacity.Expectation
	hours, minutes := f.in.Forecast.Step.Hours(), f.in.Forecast.Step.Minutes()
	paid, changed := make([]float64, len(units)), 0
	now, before := make([]int, len(units)), make([]int, len(units))
	for i, state := range f.in.States {
		before[i] = int(state.Units)
	}
	for t := range f.steps {
		all := 0
		for i := range units {
			now[i] = units[i][t]
			all += now[i]
			changed += max(now[i]-before[i], before[i]-now[i])
		}
		for _, s := range f.stretches(t, before, now) {
			missing, chance := f.risk.Of(t, s.units)
			for i, n := range s.units {
				e.UnitHours += s.share * float64(n) * hours
				paid[i] += s.share * float64(max(0, n-f.problem.Pools[i].Paid))
			}
			e.MissingUnitHours += s.share * missing / f.in.Policy.Pools[0].UnitRate * hours
			e.ViolationMinutes += s.share * chance * minutes
		}
		e.Peak = max(e.Peak, capacity.Units(all))
		now, before = before, now
	}
	for i, pool := range f.in.Policy.Pools {
		e.UnitCost += paid[i] * hours * pool.Price
	}
	e.MissingCost = e.MissingUnitHours * f.in.Policy.Objective.Missing
	e.ChangeCost = float64(changed) * f.in.Policy.Objective.Change
	return e
}

// A stretch is a share of a step in which the same units serve.
type stretch struct {
	share float64
	units []int
}

// stretches are what serves in step t, one after the other, as more units of one
// pool or another begin to serve in the middle of it.
func (f *fleet) stretches(t int, before, now []int) []stretch {
	serves := slices.Clone(now)
	begins := make([]float64, len(now)) // the share of the step after which new units serve
	over := 0.0
	for i, m := range f.members {
		p := m.needs[t].part
		if over = p.over; now[i] > before[i] && p.wait > 0 {
			serves[i], begins[i] = before[i], p.over+p.wait
		}
	}
	var all []stretch
	for at := over; at < 1; {
		next := 1.0
		for i := range begins {
			if begins[i] > at {
				next = min(next, begins[i])
			}
		}
		all = append(all, stretch{next - at, slices.Clone(serves)})
		for i := range begins {
			if begins[i] == next {
				serves[i] = now[i]
			}
		}
		at = next
	}
	return all
}
