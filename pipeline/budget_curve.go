package pipeline

import (
	"slices"

	"headroom/capacity"
	"headroom/planner"
)

// A budgetCurve is what a service costs over its horizon by the money that it
// spends in a period at most, the least first.
type budgetCurve struct {
	Name  string
	Money []float64
	Cost  []float64
}

// dearer are the factors on the price of units with which plans are made: what
// they spend and miss at each is the lower convex envelope of all plans there are
// (Everett, "Generalized Lagrange multiplier method", Operations Research 11,
// 1963). The last leaves no more than min.
var dearer = []float64{1, 1.3, 1.7, 2.2, 3, 4, 6, 10, 20, 50, 1e6}

// spends works out a service's curve by making plans.
func spends(p capacity.Policy, per capacity.Period, build func(p capacity.Policy) (capacity.Plan, error)) (budgetCurve, error) {
	c := budgetCurve{Name: p.Objective.Budget.Shared}
	missing := worth(p)
	for _, factor := range dearer {
		tight := p
		tight.Objective = capacity.Objective{Missing: missing, Change: p.Objective.Change}
		tight.Pools = slices.Clone(p.Pools)
		for i := range tight.Pools {
			tight.Pools[i].Price *= factor
		}
		plan, err := build(tight)
		if err != nil {
			return c, err
		}
		money := planner.Spends(p, plan, per)
		if n := len(c.Money); n > 0 && money >= c.Money[n-1] {
			continue // nothing left to save
		}
		e := plan.Expect
		c.Money, c.Cost = append(c.Money, money), append(c.Cost, e.UnitCost/factor+e.ChangeCost+e.MissingUnitHours*missing)
	}
	slices.Reverse(c.Money)
	slices.Reverse(c.Cost)
	return c, nil
}

// worth is the money that a missing unit-hour is worth: a service level is worth
// what makes it pay.
func worth(p capacity.Policy) float64 {
	if p.Objective.Missing > 0 {
		return p.Objective.Missing
	}
	return dearest(p.Pools) / (1 - p.Objective.ServiceLevel)
}
