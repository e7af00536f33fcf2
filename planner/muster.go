package planner

import (
	"cmp"
	"math"
	"slices"

	"headroom/capacity"
	"headroom/planner/dispatch"
)

// muster makes the members with their limits, and the problem that they pose.
func (f *fleet) muster() {
	policy, hours := f.in.Policy, f.in.Forecast.Step.Hours()
	level, relied := reliance(policy, f.in.Forecast.Levels)
	coming := f.loads()
	f.problem = dispatch.Problem{
		Loads:   coming,
		Missing: policy.Objective.Missing * hours / policy.Pools[0].UnitRate,
	}
	f.quantile = 1
	for i, pool := range policy.Pools {
		in, top := f.in.only(i), 0
		for _, l := range coming {
			top = max(top, whole(l.Points[len(l.Points)-1]/pool.UnitRate))
		}
		l := limitsOf(in, f.in.Forecast.At(f.past), f.steps, top)
		quantile := min(1, level)
		if policy.Objective.Missing > 0 {
			quantile = risk(in.Policy, pool)
		}
		f.quantile = min(f.quantile, quantile)
		f.members = append(f.members, &member{place: i, top: top, relied: relied[i], sketch: sketch{
			task: task{in: in, needs: parts(in, pool, f.in.Forecast.At(f.past), needs(f.in.Forecast, policy, pool, f.past)), limits: l, tariff: tariffOf(in, l)},
			past: f.past, zone: f.zone, quantile: quantile,
		}})
		f.problem.Pools = append(f.problem.Pools, dispatch.Pool{
			Rate: pool.UnitRate, Price: pool.Price * hours, Change: policy.Objective.Change,
			Paid: int(min(mostUnits, pool.Paid)), Lost: away(pool), Limits: l.Limits,
		})
		f.order = append(f.order, i)
	}
	f.risk = f.problem.Risk()
	if policy.Objective.ServiceLevel > 0 {
		f.promise(level)
	}
	f.asked = f.problem.Risk()
	for _, p := range purses(f.in, f.in.Forecast.At(f.past), f.steps, f.zone) {
		f.problem.Budgets = append(f.problem.Budgets, dispatch.Budget{From: p.from, To: p.to, Most: p.money})
	}
	f.raised = make([]bool, len(f.problem.Budgets))
	slices.SortStableFunc(f.order, func(i, j int) int { return cmp.Compare(f.rank(i), f.rank(j)) })
}

// loads are what may come in each step, as a rate.
func (f *fleet) loads() []dispatch.Load {
	loads, levels := make([]dispatch.Load, f.steps), f.in.Forecast.Levels
	for t := range loads {
		loads[t] = dispatch.Load{Levels: levels, Points: make([]float64, len(levels))}
		for k := range levels {
			loads[t].Points[k] = f.in.Policy.Demand.Rate(f.in.Forecast.Values[k][f.past+t])
		}
	}
	return loads
}

// promise turns the problem into one of a service level: the load is that of
// the quantile, and pools that are relied on are always there.
func (f *fleet) promise(level float64) {
	f.problem.Loads = make([]dispatch.Load, f.steps)
	for t := range f.problem.Loads {
		// A rounding error above a whole number does not cost a unit.
		f.problem.Loads[t] = dispatch.Certain(f.load(t, level) * (1 - 1e-9))
	}
	for i, m := range f.members {
		if m.relied {
			f.problem.Pools[i].Lost = 0
		}
	}
}

// load is a quantile of the load of step t.
func (f *fleet) load(t int, q float64) float64 {
	return f.in.Policy.Demand.Rate(f.in.Forecast.Quantile(q, f.past+t))
}

// rank is what one unit of load that pool i serves costs: beyond measure if the
// pool is not relied on.
func (f *fleet) rank(i int) float64 {
	if !f.members[i].relied {
		return math.Inf(1)
	}
	pool := f.in.Policy.Pools[i]
	return pool.Price / (pool.UnitRate * (1 - away(pool)))
}

// reliance is, for a service level, the quantile that is planned for and the
// pools that count. A step in which any of those is away counts as missed, and is
// made up for while all are there: the steadiest pools are relied on, as many as
// the forecast's levels allow.
func reliance(p capacity.Policy, levels []float64) (quantile float64, relied []bool) {
	quantile, relied = p.Objective.ServiceLevel, make([]bool, len(p.Pools))
	order := make([]int, len(p.Pools))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(away(p.Pools[i]), away(p.Pools[j])) })
	for _, i := range order {
		gone := away(p.Pools[i])
		if p.Objective.ServiceLevel > 0 && gone > 0 && quantile/(1-gone) > levels[len(levels)-1] {
			continue
		}
		relied[i], quantile = true, quantile/(1-gone)
	}
	return quantile, relied
}
