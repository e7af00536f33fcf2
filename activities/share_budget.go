package activities

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"headroom/capacity"
	"headroom/planner"
	"headroom/planner/share"
)

// A SharedBudget is the most money that the services which name it may take
// together in each period.
type SharedBudget struct {
	Name   string
	Amount float64
	Per    capacity.Period
}

// A Spending says how one budget was shared out. Money is of one period, the
// dearest that the services' plans cover.
type Spending struct {
	Budget   SharedBudget
	Wanted   float64 // by all services, if there were no budget
	Least    float64 // by their minima
	Services int
	Note     string `json:",omitempty"` // if it does not suffice for all minima
}

// String says it in a sentence.
func (s Spending) String() string {
	text := fmt.Sprintf("budget %s: %s per %s for %s, which would spend %s", s.Budget.Name, capacity.Figure(s.Budget.Amount), s.Budget.Per, capacity.Count(s.Services, "service"), capacity.Figure(s.Wanted))
	if s.Note != "" {
		text += ": " + s.Note
	}
	return text
}

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

// parts is into how many equal parts a budget is split to be shared out.
const parts = 1 << 18

// allotBudget shares one budget out among the services that name it. What nobody
// wants is split in proportion, so that plans made out of turn have room; where it
// does not suffice for all minima, those are granted nevertheless, since nobody
// may run less.
func allotBudget(drafts []fleetDraft, budget SharedBudget, give func(service string, b capacity.Budget)) (Spending, error) {
	out := Spending{Budget: budget}
	part := budget.Amount / parts
	var wants []share.Want
	var curves []budgetCurve
	var services []string
	for _, d := range drafts {
		c := d.Budget
		if c == nil || c.Name != budget.Name {
			continue
		}
		least, most := c.Money[0], c.Money[len(c.Money)-1]
		out.Wanted, out.Least, out.Services = out.Wanted+most, out.Least+least, out.Services+1
		in := costCurve{Cost: c.Cost}
		for _, money := range c.Money {
			in.Units = append(in.Units, capacity.Units(math.Ceil(min(money/part, 2*parts))))
		}
		in = in.distinct()
		wants = append(wants, share.Want{Service: d.Service, Min: int(in.Units[0]), Max: int(in.Units[len(in.Units)-1]), Cost: in.costs()})
		curves, services = append(curves, *c), append(services, d.Service)
	}
	shares, err := share.Allot(wants, parts)
	short := errors.Is(err, capacity.ErrRefused)
	if err != nil && !short {
		return out, err
	}
	if short {
		out.Note = fmt.Sprintf("their minima alone take %s: raise it, or lower min", capacity.Figure(out.Least))
	}
	spent := 0
	for _, n := range shares {
		spent += n
	}
	room := 1.0
	if spent > 0 {
		room = parts / float64(spent)
	}
	for i, n := range shares {
		money := float64(n) * part * room
		if short || n == 0 {
			money = curves[i].Money[0]
		}
		give(services[i], capacity.Budget{Amount: money, Per: budget.Per})
	}
	return out, nil
}

// distinct is the curve with each number of units once, at its least cost.
func (c costCurve) distinct() costCurve {
	d := costCurve{Pool: c.Pool, Quota: c.Quota, Most: c.Most}
	for i, units := range c.Units {
		if n := len(d.Units); n > 0 && d.Units[n-1] == units {
			d.Cost[n-1] = min(d.Cost[n-1], c.Cost[i])
			continue
		}
		d.Units, d.Cost = append(d.Units, units), append(d.Cost, c.Cost[i])
	}
	return d
}

// withinBudget is the policy with its share of the budget that it names, and a
// note that says so. A service that has none yet may not be planned.
func (a *Activities) withinBudget(ctx context.Context, p capacity.Policy) (capacity.Policy, []string, error) {
	name := p.Objective.Budget.Shared
	if name == "" {
		return p, nil, nil
	}
	s, err := a.shareOf(ctx, p.Service)
	if err != nil {
		return p, nil, err
	}
	if s.Budget.Shared != name {
		return p, nil, fmt.Errorf("plan %q: it has no share of the budget %s yet: run `headroom fleet plan DIR --budget %s=\"AMOUNT per day\"`: %w", p.Service, name, name, capacity.ErrRefused)
	}
	b := s.Budget
	p.Objective.Budget = capacity.Budget{Amount: b.Amount, Per: b.Per}
	return p, []string{fmt.Sprintf("%s per %s may be spent, the share of the budget %s of %s", capacity.Figure(b.Amount), b.Per, name, s.Made.UTC().Format("2006-01-02T15:04:05Z07:00"))}, nil
}
