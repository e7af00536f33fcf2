package planner_test

import (
	"math/rand/v2"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// noon is a Monday in winter, 12:00 in UTC.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// policyOf is a policy with one pool whose units serve a demand of 1 each, so
// that demand is in units.
func policyOf(least, most capacity.Units, price, missing float64) capacity.Policy {
	return capacity.Policy{
		Service:   "chat",
		Demand:    capacity.Demand{Aggregate: capacity.Mean, Step: 5 * time.Minute, Timezone: "UTC"},
		Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: 1, Min: least, Max: most, Price: price}},
		Objective: capacity.Objective{Missing: missing},
	}
}

// certain is a forecast that knows the demand.
func certain(demand ...float64) capacity.Forecast {
	return capacity.Forecast{
		Model: "oracle", Start: noon, Step: 5 * time.Minute,
		Levels: []float64{0.5}, Values: [][]float64{demand},
	}
}

// pick is one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// randomInput is a small case with any of the limits, up to the given number of
// steps and of units.
func randomInput(r *rand.Rand, steps, units int) planner.Input {
	least := capacity.Units(r.IntN(units + 1))
	most := least + capacity.Units(r.IntN(units+1-int(least)))
	p := policyOf(least, most, pick(r, 0, 0.5, 1, 1, 1.7), pick(r, 0.4, 1, 3, 20))
	if r.IntN(3) == 0 {
		p.Objective = capacity.Objective{ServiceLevel: pick(r, 0.05, 0.5, 0.8, 0.99)}
	}
	rates := []capacity.Rate{{}, {}, {Units: 1, Per: 5 * time.Minute}, {Units: 2, Per: 10 * time.Minute}, {Units: 1, Per: 12 * time.Minute}, {Units: 2, Per: 4 * time.Minute}}
	p.Pools[0].Ramp = capacity.Ramp{Up: pick(r, rates...), Down: pick(r, rates...)}
	p.Pools[0].LeadTime = pick(r, 0, 0, 2*time.Minute, 5*time.Minute, 7*time.Minute, 12*time.Minute, time.Hour)

	f := capacity.Forecast{
		Model: "random", Start: noon.Add(time.Duration(r.IntN(4)) * 5 * time.Minute), Step: 5 * time.Minute,
		Levels: []float64{0.1, 0.5, 0.9},
		Values: make([][]float64, 3),
	}
	for range 1 + r.IntN(steps) {
		at := []float64{0, 0, 0}
		for i := range at {
			at[i] = float64(units+1) * r.Float64()
			if r.IntN(2) == 0 {
				at[i] = float64(r.IntN(units + 2))
			}
		}
		slices.Sort(at)
		for i := range at {
			f.Values[i] = append(f.Values[i], at[i])
		}
	}
	now := f.Start.Add(pick(r, -time.Hour, -3*time.Minute, 0, 0, 2*time.Minute))
	state := capacity.Units(r.IntN(units + 2))
	return planner.Input{Policy: p, Forecast: f, States: []capacity.State{{Units: state, Serving: state}}, Now: now}
}

// anyLimits adds any of the other limits to a case.
func anyLimits(r *rand.Rand, in planner.Input) planner.Input {
	pool, o := &in.Policy.Pools[0], &in.Policy.Objective
	pool.Paid = pick[capacity.Units](r, 0, 0, 1, 3)
	pool.Interruption = pick(r, 0, 0, 0.3, 0.9)
	pool.Hold = pick(r, 0, 0, 0, 5*time.Minute, 7*time.Minute, 12*time.Minute)
	pool.Changes = pick(r, 0, 0, 0, 1, 2, 3)
	o.Change = pick(r, 0, 0, 0.03, 0.1, 0.3)
	if r.IntN(3) == 0 {
		in.Policy.Demand.Timezone = pick(r, "UTC", "Asia/Kolkata") // its hours begin at half past
		o.Budget.Per = pick(r, capacity.Hour, capacity.Hour, capacity.Day, capacity.Week)
		day := map[capacity.Period]float64{capacity.Hour: 1, capacity.Day: 24, capacity.Week: 168}[o.Budget.Per]
		o.Budget.Amount = day * pool.Price * (float64(max(0, pool.Min-pool.Paid)) + 3*r.Float64())
		in.States[0].Units = min(max(in.States[0].Units, pool.Min), pool.Max)
	}
	in.Policy.Control.Freeze.Deny = pick(r, "", capacity.DenyLower, capacity.DenyAll)
	for range pick(r, 0, 0, 1, 2) {
		from := in.Now.Add(time.Duration(r.IntN(40)-10) * time.Minute)
		in.Policy.Control.Freeze.Windows = append(in.Policy.Control.Freeze.Windows, capacity.Window{From: from, To: from.Add(time.Duration(1+r.IntN(12)) * time.Minute)})
	}
	return in
}

// unitsOf are the plan's numbers.
func unitsOf(p capacity.Plan) []int {
	var units []int
	for _, s := range p.Pools[0].Steps {
		units = append(units, int(s.Units))
	}
	return units
}
