package pipeline

import (
	"slices"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// A Draft is what a service would cost with more or fewer units of the quotas that its
// pools count against, and with more or less money of the budget that it shares. One
// that fails has none, and fails again when it is planned.
type Draft struct {
	Service string
	Curves  []costCurve
	Budget  *budgetCurve `json:",omitempty"`
}

// DraftInput is what a service's draft is made from.
type DraftInput struct {
	Policy   capacity.Policy // with learnt and measured values
	Forecast capacity.Forecast
	States   []capacity.State
	Now      time.Time
	Budgets  []SharedBudget // that there are
}

// DraftService finds by planning what a service would cost with other shares of the
// quotas and of the budget that it names. Its errors are those of [planner.Build].
func DraftService(in DraftInput) (Draft, error) {
	p := in.Policy
	d := Draft{Service: p.Service}
	build := func(p capacity.Policy) (capacity.Plan, error) {
		return planner.Build(planner.Input{Policy: p, Forecast: in.Forecast, States: in.States, Now: in.Now})
	}
	for i, pool := range p.Pools {
		if pool.Quota == "" {
			continue
		}
		c, err := curve(p, i, func(i int, most capacity.Units) (capacity.Plan, error) {
			tight := p
			tight.Pools = slices.Clone(p.Pools)
			tight.Pools[i] = limited(tight.Pools[i], most)
			return build(tight)
		})
		if err != nil {
			return d, err
		}
		d.Curves = append(d.Curves, c)
	}
	if at := slices.IndexFunc(in.Budgets, func(b SharedBudget) bool { return b.Name == p.Objective.Budget.Shared }); at >= 0 {
		c, err := spends(p, in.Budgets[at].Per, build)
		if err != nil {
			return d, err
		}
		d.Budget = &c
	}
	return d, nil
}
