package pipeline

import (
	"fmt"
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// A sharer is a service that shares a budget with others.
type sharer struct {
	policy   capacity.Policy
	forecast capacity.Forecast
}

var noon = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// sharers are services with days of other heights, other prices of a missing unit,
// and one with a service level.
func sharers(n int) (all []sharer) {
	for i := range n {
		objective := capacity.Objective{Missing: float64(2 + 7*i)}
		if i == n-1 {
			objective = capacity.Objective{ServiceLevel: 0.95}
		}
		objective.Budget.Shared = "team"
		p := capacity.Policy{
			Service: fmt.Sprint("s", i), Demand: capacity.Demand{Aggregate: capacity.Mean, Step: time.Hour, Timezone: "UTC"},
			Forecast: capacity.Outlook{Horizon: 48 * time.Hour}, Objective: objective,
			Pools: []capacity.Pool{{Name: "a", Target: capacity.TargetName(fmt.Sprint("sim://s", i)), UnitRate: 10, Min: 1, Max: 100, Price: 1 + float64(i%2), Market: capacity.OnDemand}},
		}
		f := capacity.Forecast{Model: "test", Start: noon, Step: time.Hour, Levels: []float64{0.05, 0.25, 0.5, 0.75, 0.95}}
		for _, part := range []float64{0.7, 0.9, 1, 1.1, 1.4} {
			var values []float64
			for t := range 48 {
				values = append(values, part*float64(50+30*i)*(2-math.Cos(2*math.Pi*float64(t)/24)))
			}
			f.Values = append(f.Values, values)
		}
		all = append(all, sharer{p, f})
	}
	return all
}

func (s sharer) plan(t *testing.T, p capacity.Policy) capacity.Plan {
	t.Helper()
	plan, err := planner.Build(planner.Input{Policy: p, Forecast: s.forecast, States: []capacity.State{{Units: 5, Serving: 5}}, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// costs is what all services cost with shares of a budget of a day, and the most
// that they then spend in one.
func costs(t *testing.T, all []sharer, shares []float64) (cost, spent float64) {
	t.Helper()
	for i, s := range all {
		p := s.policy
		p.Objective = capacity.Objective{Missing: worth(s.policy), Budget: capacity.Budget{Amount: shares[i], Per: capacity.Day}}
		plan := s.plan(t, p)
		cost += plan.Expect.UnitCost + plan.Expect.MissingUnitHours*worth(s.policy)
		spent += planner.Spends(p, plan, capacity.Day)
	}
	return cost, spent
}

// TestAllotBudget: a budget is kept, and shared out it costs less in all than split
// in proportion to what each wants.
func TestAllotBudget(t *testing.T) {
	all := sharers(6)
	var drafts []Draft
	var wanted []float64
	sum := 0.0
	for _, s := range all {
		c, err := spends(s.policy, capacity.Day, func(p capacity.Policy) (capacity.Plan, error) { return s.plan(t, p), nil })
		if err != nil {
			t.Fatal(err)
		}
		for k := 1; k < len(c.Money); k++ {
			if c.Money[k] <= c.Money[k-1] || c.Cost[k] >= c.Cost[k-1] {
				t.Fatalf("%s: more money does not cost less in all: %v, %v", s.policy.Service, c.Money, c.Cost)
			}
		}
		drafts = append(drafts, Draft{Service: s.policy.Service, Budget: &c})
		most := c.Money[len(c.Money)-1]
		wanted, sum = append(wanted, most), sum+most
	}
	for _, part := range []float64{0.4, 0.55, 0.7, 0.85, 1, 1.5} {
		amount := part * sum
		var shares []float64
		out, err := allotBudget(drafts, SharedBudget{"team", amount, capacity.Day}, func(_ string, b capacity.Budget) { shares = append(shares, b.Amount) })
		if err != nil || out.Note != "" || out.Services != len(all) {
			t.Fatalf("%+v, %v", out, err)
		}
		total := 0.0
		even := make([]float64, len(all))
		for i := range shares {
			total += shares[i]
			even[i] = part * wanted[i]
		}
		if total > amount*(1+1e-9) {
			t.Errorf("%g: shares of %g add up to %g", part, amount, total)
		}
		cost, spent := costs(t, all, shares)
		if spent > amount*(1+1e-9) {
			t.Errorf("%g: of %g a day the plans spend %g", part, amount, spent)
		}
		simple, _ := costs(t, all, even)
		t.Logf("%3.0f%% of what is wanted: costs %.1f shared by value, %.1f in proportion", 100*part, cost, simple)
		switch {
		case part < 0.8 && cost > 0.99*simple:
			t.Errorf("%g: costs %g in all, in proportion %g", part, cost, simple)
		case cost > simple*(1+1e-3):
			t.Errorf("%g: costs %g in all, more than in proportion, %g", part, cost, simple)
		}
	}
}

// TestAllotBudget_Short: minima are granted although the budget does not suffice,
// and it is said what would.
func TestAllotBudget_Short(t *testing.T) {
	all := sharers(3)
	var drafts []Draft
	for _, s := range all {
		c, err := spends(s.policy, capacity.Day, func(p capacity.Policy) (capacity.Plan, error) { return s.plan(t, p), nil })
		if err != nil {
			t.Fatal(err)
		}
		drafts = append(drafts, Draft{Service: s.policy.Service, Budget: &c})
	}
	var shares []float64
	// A unit a day costs 24, or 48 where the price is 2.
	out, err := allotBudget(drafts, SharedBudget{"team", 50, capacity.Day}, func(_ string, b capacity.Budget) { shares = append(shares, b.Amount) })
	if err != nil || out.Note != "their minima alone take 96: raise it, or lower min" {
		t.Errorf("%+v, %v", out, err)
	}
	for i, want := range []float64{24, 48, 24} {
		if math.Abs(shares[i]-want) > 1e-9 {
			t.Errorf("share %d is %g, want its minimum of %g", i, shares[i], want)
		}
	}
}
