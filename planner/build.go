package planner

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// mostBytes is what one plan may take while it is made: ten times what a day in
// steps of a minute, of up to a thousand units that take ten minutes, does.
const mostBytes = 1 << 29

// Build makes the cheapest plan within the policy's limits, for the steps of
// the forecast that have not ended by now. See the package comment for what is
// optimised. Limits that make the objective impossible are no error: the plan
// comes as close as they allow and its notes say so.
//
// It returns an [capacity.ErrBadPolicy] for a policy that cannot be planned for,
// among them one with more or fewer pools than one, and an
// [capacity.ErrBadForecast] for a forecast that is broken, does not fit the
// policy or has ended.
func Build(in Input) (capacity.Plan, error) {
	zone, err := in.check()
	if err != nil {
		return capacity.Plan{}, err
	}
	id, err := identify(in)
	if err != nil {
		return capacity.Plan{}, err
	}
	f, policy := in.Forecast, in.Policy
	past := 0
	for !f.At(past + 1).After(in.Now) {
		past++
	}
	ds, quantile := needs(f, policy, past), risk(policy)
	wishes := make([]wish, len(ds))
	enough := 0
	for t, d := range ds {
		wishes[t] = wishOf(d, policy, policy.Demand.Rate(f.Quantile(quantile, past+t))/policy.Pools[0].UnitRate)
		enough = max(enough, wishes[t].units)
	}
	l := limitsOf(in, f.At(past), len(ds), enough)
	if l.size() > mostBytes {
		return capacity.Plan{}, fmt.Errorf("plan %q: %d steps of up to %d units are too many: shorten forecast.horizon, or plan in bundles of units (a larger unitRate): %w",
			policy.Service, len(ds), slices.Max(l.hi), capacity.ErrBadPolicy)
	}
	units := optimum(l, costs(in, ds, wishes, l))

	s := sketch{in: in, past: past, zone: zone, quantile: quantile, limits: l, wishes: wishes, units: units}
	steps := s.steps()
	return capacity.Plan{
		ID:       id,
		Service:  policy.Service,
		Made:     in.Now,
		Start:    f.At(past),
		Step:     f.Step,
		Model:    f.Model,
		Quantile: quantile,
		Pools:    []capacity.PoolPlan{{Pool: policy.Pools[0].Name, Target: policy.Pools[0].Target, Steps: steps}},
		Actions:  actions(in, id, steps),
		Expect:   expect(in, ds, units),
		Notes:    s.notes(),
	}, nil
}

// risk is the quantile of demand that the objective plans for: the service
// level, or where one more unit just pays.
func risk(p capacity.Policy) float64 {
	if p.Objective.ServiceLevel > 0 {
		return p.Objective.ServiceLevel
	}
	return max(0, 1-p.Pools[0].Price/p.Objective.Missing)
}

// wishOf is what the objective wants in a step without limits.
func wishOf(d need, p capacity.Policy, atRisk float64) wish {
	if p.Objective.ServiceLevel > 0 {
		return wish{need: atRisk, units: whole(atRisk)}
	}
	return wish{need: atRisk, units: d.worth(p.Pools[0].Price / p.Objective.Missing)}
}

// A sketch is a plan's numbers before they are explained.
type sketch struct {
	in       Input
	past     int // steps of the forecast that are over
	zone     *time.Location
	quantile float64
	limits   limits
	wishes   []wish
	units    []int
}

// at is the start of the plan's step t.
func (s sketch) at(t int) time.Time { return s.in.Forecast.At(s.past + t) }

// steps is the plan with its reasons.
func (s sketch) steps() []capacity.Step {
	reasons := make([]capacity.Reason, len(s.units))
	for t := range reasons {
		reasons[t] = s.reason(t)
	}
	steps := make([]capacity.Step, len(s.units))
	for t := range steps {
		steps[t] = capacity.Step{
			Start: s.at(t),
			Units: capacity.Units(s.units[t]),
			Need:  s.wishes[t].need,
			Why:   capacity.Why{Reason: reasons[t], Text: s.sentence(t, reasons)},
		}
	}
	return steps
}
