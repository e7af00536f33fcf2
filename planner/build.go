package planner

import (
	"time"

	"headroom/capacity"
	"headroom/planner/schedule"
)

// Build makes the cheapest plan within the policy's limits, for the steps of
// the forecast that have not ended by now. See the package comment for what is
// optimised. Limits that make the objective impossible are no error: the plan
// comes as close as they allow and its notes say so.
//
// It returns an [capacity.ErrBadPolicy] for a policy that cannot be planned for,
// a [capacity.ErrRefused] for limits that no plan keeps together, and an [capacity.ErrBadForecast] for a
// forecast that is broken, does not fit the policy or has ended.
func Build(in Input) (capacity.Plan, error) {
	zone, err := in.check()
	if err != nil {
		return capacity.Plan{}, err
	}
	id, err := identify(in)
	if err != nil {
		return capacity.Plan{}, err
	}
	f, policy, past := in.Forecast, in.Policy, 0
	for !f.At(past + 1).After(in.Now) {
		past++
	}
	if len(policy.Pools) > 1 {
		return together(in, id, past, zone)
	}
	pool, quantile := policy.Pools[0], risk(policy, policy.Pools[0])
	ds := parts(in, pool, f.At(past), needs(f, policy, pool, past))
	wishes, enough := make([]wish, len(ds)), 0
	for t := range ds {
		wishes[t] = wishOf(&ds[t], policy, pool, policy.Demand.Rate(f.Quantile(quantile, past+t))/pool.UnitRate)
		enough = max(enough, wishes[t].units)
	}
	l := limitsOf(in, f.At(past), len(ds), enough)
	l.Budgets = budgets(in, f.At(past), len(ds), zone)
	s := sketch{past: past, zone: zone, quantile: quantile, asked: l.Budgets, task: taskOf(in, ds, wishes, l)}
	if s.solution, err = s.solve(); err != nil {
		return capacity.Plan{}, err
	}
	steps, reasons := s.steps()
	notes, err := s.notes(reasons)
	if err != nil {
		return capacity.Plan{}, err
	}
	return capacity.Plan{
		ID:       id,
		Service:  policy.Service,
		Made:     in.Now,
		Start:    f.At(past),
		Step:     f.Step,
		Model:    f.Model,
		Quantile: quantile,
		Pools:    []capacity.PoolPlan{{Pool: pool.Name, Target: pool.Target, Steps: steps}},
		Actions:  actions(in, id, steps),
		Expect:   expect(in, ds, s.units),
		Notes:    notes,
	}, nil
}

// risk is the quantile of demand that the objective plans for: the service
// level, or where one more unit of the pool just pays. A pool that is away at
// times has to make up for that while it is there.
func risk(p capacity.Policy, pool capacity.Pool) float64 {
	if p.Objective.ServiceLevel > 0 {
		return min(1, p.Objective.ServiceLevel/(1-away(pool)))
	}
	return max(0, 1-pool.Price/(p.Objective.Missing*(1-away(pool))))
}

// wishOf is what the objective wants in a step without limits.
func wishOf(d *need, p capacity.Policy, pool capacity.Pool, atRisk float64) wish {
	if p.Objective.ServiceLevel > 0 {
		return wish{need: atRisk, units: whole(atRisk)}
	}
	w := wish{need: atRisk, units: d.worth(pool.Price/(p.Objective.Missing*(1-d.away)), atRisk)}
	if paid := int(min(mostUnits, pool.Paid)); w.units < paid {
		w.units = min(paid, d.worth(0, d.points[len(d.points)-1]))
	}
	return w
}

// A sketch is a plan's numbers before they are explained.
type sketch struct {
	task
	solution
	past     int // steps of the forecast that are over
	zone     *time.Location
	quantile float64
	asked    []schedule.Budget // the budgets before any was raised
	spent    []int64           // of each budget
	changed  int               // how often the number changes
}

// at is the start of the plan's step t.
func (s *sketch) at(t int) time.Time { return s.in.Forecast.At(s.past + t) }
