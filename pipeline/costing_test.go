package pipeline

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity"
)

// level is an hourly load of 250, measured as a level, and a policy for it.
func level() (capacity.Policy, capacity.Series) {
	s := capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour, Values: []float64{250, 250, math.NaN()}}
	return capacity.Policy{
		Service:  "web",
		Demand:   capacity.Demand{Aggregate: capacity.Mean, Step: time.Hour, Timezone: "Asia/Shanghai"},
		Forecast: capacity.Outlook{Horizon: 24 * time.Hour, ByCost: true},
		Pools: []capacity.Pool{{
			Name: "a", Target: "sim://web", UnitRate: 100, Min: 2, Max: 5, Price: 2, Paid: 1, LeadTime: 2 * time.Hour, Interruption: 0.5, Market: capacity.Spot,
		}},
		Objective: capacity.Objective{Missing: 40, Change: 3},
		Control:   capacity.Control{Freeze: capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: s.Start, To: s.Start.Add(24 * time.Hour)}}}},
	}, s
}

// The load before asks for 3 units. At the level 0.4 so does the forecast; at
// 0.9 it asks for 9, of which there are 5 at most, after two hours of lead time.
// One unit is paid for anyway, and each of the others costs 2 an hour, and 3 when
// it is started.
func TestCosting_Plan(t *testing.T) {
	p, s := level()
	f := capacity.Forecast{
		Model: "m", Start: s.End(), Step: s.Step, Levels: []float64{0.5, 0.9},
		Values: [][]float64{{300, 300, 300, 300}, {900, 900, 900, 900}},
	}
	byLevel := p
	byLevel.Objective.Missing, byLevel.Objective.ServiceLevel = 0, 0.99
	for name, test := range map[string]struct {
		policy      capacity.Policy
		level       float64
		units, cost []float64
	}{
		"missing, low":        {p, 0.4, []float64{3, 3, 3, 3}, []float64{4, 4, 4, 4}},
		"missing, high":       {p, 0.9, []float64{3, 3, 5, 5}, []float64{4, 4, 14, 8}},
		"service level, low":  {byLevel, 0.4, []float64{3, 3, 3, 3}, []float64{4, 4, 4, 4}},
		"service level, high": {byLevel, 0.9, []float64{3, 3, 5, 5}, []float64{4, 4, 14, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Costing(test.policy, s).Plan(f, test.level)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.units, got.Units); diff != "" {
				t.Errorf("units (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.cost, got.Cost); diff != "" {
				t.Errorf("costs (-want +got):\n%s", diff)
			}
			if got.From != 2 {
				t.Errorf("got a plan from step %d, want 2, after the lead time", got.From)
			}
		})
	}
}

// Of two pools, the cheaper one serves what the other's min leaves: two of its
// units are worth one of the first.
func TestCosting_Pools(t *testing.T) {
	p, s := level()
	p.Pools[0].LeadTime, p.Pools[0].Paid, p.Objective = 0, 0, capacity.Objective{Missing: 40}
	p.Pools = append(p.Pools, capacity.Pool{Name: "b", Target: "sim://b", UnitRate: 50, Max: 4, Price: 0.5})
	f := capacity.Forecast{Model: "m", Start: s.End(), Step: s.Step, Levels: []float64{0.5}, Values: [][]float64{{300, 300, 300}}}
	got, err := Costing(p, s).Plan(f, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	// 2 units for 2 each and 2 for a half each.
	if diff := cmp.Diff(backtest.Schedule{Units: []float64{3, 3, 3}, Cost: []float64{5, 5, 5}}, got); diff != "" {
		t.Errorf("schedule (-want +got):\n%s", diff)
	}
}

func TestCosting(t *testing.T) {
	p, s := level()
	for name, test := range map[string]struct {
		change      func(p *capacity.Policy)
		share, rate float64
		limits      bool
	}{
		"what a missing unit costs": {func(*capacity.Policy) {}, 2.0 / 40, 100, true},
		"a service level":           {func(p *capacity.Policy) { p.Objective = capacity.Objective{ServiceLevel: 0.75} }, 0.25, 100, true},
		"hardly worth a unit":       {func(p *capacity.Policy) { p.Objective.Missing = 1 }, 0.5, 100, true},
		"counts":                    {func(p *capacity.Policy) { p.Demand.Aggregate = capacity.Sum }, 2.0 / 40, 360_000, true},
		"a rate to be learnt":       {func(p *capacity.Policy) { p.Pools[0].UnitRate = 0 }, 2.0 / 40, 0, false},
		// Half as much for a unit that serves a quarter of the first: twice as dear.
		"a dearer pool": {func(p *capacity.Policy) {
			p.Pools = append(p.Pools, capacity.Pool{Name: "b", Target: "sim://b", UnitRate: 25, Price: 1, Max: 9})
		}, 4.0 / 40, 100, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := p
			p.Pools = append([]capacity.Pool(nil), p.Pools...)
			test.change(&p)
			c := Costing(p, s)
			if math.Abs(c.Share-test.share) > 1e-12 || math.Abs(c.Rate-test.rate) > 1e-6 || (c.Plan != nil) != test.limits {
				t.Errorf("got share %v, rate %v, limits %t, want %v, %v, %t", c.Share, c.Rate, c.Plan != nil, test.share, test.rate, test.limits)
			}
		})
	}
	free := p
	free.Pools = []capacity.Pool{{Name: "a", Target: "sim://web", UnitRate: 100, Max: 5}}
	if _, err := Costing(free, s).Plan(capacity.Forecast{}, 0.9); err == nil {
		t.Error("units without a price: got no error, want that there is nothing to compare")
	}
	p.Forecast.ByCost = false
	if c := Costing(p, s); c != nil {
		t.Errorf("by error: got %+v, want none", *c)
	}
}

// A plan of the past reckons with the price at its start, and each of its steps costs the
// price of its date; a date before all prices costs the newest that is known at the end.
func TestCosting_DatedPrices(t *testing.T) {
	p, s := level()
	f := capacity.Forecast{Model: "m", Start: s.End(), Step: s.Step, Levels: []float64{0.5, 0.9}, Values: [][]float64{{300, 300, 300, 300}, {900, 900, 900, 900}}}
	for name, test := range map[string]struct {
		prices []capacity.DatedPrice
		want   []float64
	}{
		"a change within the plan": {[]capacity.DatedPrice{{From: s.Start, Price: 2}, {From: s.End().Add(2 * time.Hour), Price: 4}}, []float64{4, 4, 8, 8}},
		"no price yet":             {[]capacity.DatedPrice{{From: s.End().Add(24 * time.Hour), Price: 4}}, []float64{8, 8, 8, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			p.Pools[0].Prices, p.Pools[0].Price = test.prices, test.prices[len(test.prices)-1].Price
			got, err := Costing(p, s).Plan(f, 0.4)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Cost); diff != "" {
				t.Errorf("costs (-want +got):\n%s", diff)
			}
		})
	}
}
