package planner_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// checkPlan holds for every plan of every input.
func checkPlan(t *testing.T, in planner.Input, p capacity.Plan) {
	t.Helper()
	// What the actions bring about, when they are carried out in their order
	// by a target whose units serve a lead time after they were asked for.
	type order struct {
		units capacity.Units
		ready time.Time
	}
	asked, serving, last := in.States[0].Units, in.States[0].Units, in.Now
	var orders []order
	next := 0
	for _, s := range p.Pools[0].Steps {
		now := s.Start
		if now.Before(in.Now) {
			now = in.Now
		}
		// Units that are asked for at once may begin to serve in the middle of a step.
		if ready := in.Now.Add(in.Policy.Pools[0].LeadTime); s.Units > serving && now.Before(ready) && ready.Before(s.Start.Add(p.Step)) {
			now = ready
		}
		for ; next < len(p.Actions) && !p.Actions[next].At.After(now); next++ {
			a := p.Actions[next]
			if a.At.Before(last) || a.From != asked || a.Units == asked || a.Target != p.Pools[0].Target {
				t.Fatalf("action %+v after %v, when %d were asked for", a, last, asked)
			}
			if a.Units > asked {
				orders = append(orders, order{a.Units, a.At.Add(in.Policy.Pools[0].LeadTime)})
			} else {
				if len(orders) > 0 && orders[len(orders)-1].ready.After(a.At) {
					t.Fatalf("action %+v takes back units that were never served", a)
				}
				serving, orders = a.Units, nil
			}
			asked, last = a.Units, a.At
		}
		for _, o := range orders {
			if !o.ready.After(now) {
				serving = o.units
			}
		}
		if serving != s.Units {
			t.Fatalf("got %d units serving at %v, the plan says %d: %v with actions %+v", serving, now, s.Units, unitsOf(p), p.Actions)
		}
		if s.Why.Text == "" || s.Why.Reason == "" {
			t.Fatalf("step at %v has no reason", now)
		}
	}
	if next != len(p.Actions) {
		t.Fatalf("%d actions are due after the end of the plan", len(p.Actions)-next)
	}
	e := p.Expect
	for _, v := range []float64{e.UnitHours, e.UnitCost, e.MissingUnitHours, e.MissingCost, e.ChangeCost, e.ViolationMinutes} {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			t.Fatalf("expectation %+v", e)
		}
	}
	checkRamp(t, in, p)
}

// checkRamp counts the changes in every half-open window of the ramp's period,
// where the period is longer than a step.
func checkRamp(t *testing.T, in planner.Input, p capacity.Plan) {
	t.Helper()
	steps := p.Pools[0].Steps
	for i := range steps {
		before := in.States[0].Units
		if i > 0 {
			before = steps[i-1].Units
		}
		var up, down capacity.Units
		for _, s := range steps[i:] {
			window := s.Start.Sub(steps[i].Start)
			up += max(0, s.Units-before) * within(window, in.Policy.Pools[0].Ramp.Up)
			down += max(0, before-s.Units) * within(window, in.Policy.Pools[0].Ramp.Down)
			before = s.Units
		}
		ramp := in.Policy.Pools[0].Ramp
		if ramp.Up.Per > p.Step && up > ramp.Up.Units || ramp.Down.Per > p.Step && down > ramp.Down.Units {
			t.Fatalf("%v climbs %d and falls %d in one window of %+v from step %d", unitsOf(p), up, down, ramp, i)
		}
	}
}

func within(window time.Duration, r capacity.Rate) capacity.Units {
	if window < r.Per {
		return 1
	}
	return 0
}

func build(t *testing.T, in planner.Input) capacity.Plan {
	t.Helper()
	p, err := planner.Build(in)
	if err != nil {
		t.Fatalf("%v for %+v", err, in)
	}
	checkPlan(t, in, p)
	return p
}

func TestBuild_CarriesItselfOut(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range cases(5_000) {
		build(t, randomInput(r, 40, 12))
		build(t, anyLimits(r, randomInput(r, 20, 12)))
	}
}

// More demand never gives less capacity in any step, as long as the optimum is
// unique (a price above zero, demand in general position) and the lead time is
// shorter than a step. Under a longer one a dip is filled or not as a whole, and
// a little more demand before it may tip the balance.
func TestBuild_GrowsWithDemand(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range cases(2_000) {
		in := randomInput(r, 12, 8)
		in.Policy.Pools[0].Price = 1.01
		in.Policy.Pools[0].LeadTime = min(in.Policy.Pools[0].LeadTime, 2*time.Minute)
		in.Now = in.Forecast.Start
		for i := range in.Forecast.Values { // out of the grid, and still ascending
			for k := range in.Forecast.Values[i] {
				in.Forecast.Values[i][k] += 1e-3 * (r.Float64() + float64(i))
			}
		}
		less := unitsOf(build(t, in))
		for i := range in.Forecast.Values {
			in.Forecast.Values[i] = slices.Clone(in.Forecast.Values[i])
		}
		for k := range in.Forecast.Values[0] {
			more := 3 * r.Float64() * r.Float64()
			for i := range in.Forecast.Values {
				in.Forecast.Values[i][k] += more
			}
		}
		more := unitsOf(build(t, in))
		for k := range less {
			if more[k] < less[k] {
				t.Fatalf("got %v for more demand, %v for less, at %+v", more, less, in)
			}
		}
	}
}

// Tighter limits never give a cheaper plan, as long as the target stands inside
// the bounds: outside them, a slower ramp lawfully stays out, below min, for
// longer.
func TestBuild_TighterIsNotCheaper(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	cost := func(p capacity.Plan) float64 { return p.Expect.UnitCost + p.Expect.MissingCost }
	for range cases(3_000) {
		in := randomInput(r, 12, 8)
		if in.Policy.Objective.Missing == 0 {
			in.Policy.Objective = capacity.Objective{Missing: 5}
		}
		kind := r.IntN(4)
		if kind == 1 { // a raise within a step may cost less than one at its start
			in = wholeSteps(in)
		}
		pool, ramp := &in.Policy.Pools[0], &in.Policy.Pools[0].Ramp
		in.States[0].Units = min(max(in.States[0].Units, pool.Min), pool.Max)
		loose := build(t, in)
		switch kind {
		case 0:
			pool.Min, pool.Max = min(pool.Min+1, in.States[0].Units), max(pool.Max-1, in.States[0].Units)
		case 1:
			pool.LeadTime += 2 * in.Forecast.Step
		case 2:
			ramp.Up.Units = max(min(1, ramp.Up.Units), ramp.Up.Units-1)
		case 3:
			ramp.Down.Units = max(min(1, ramp.Down.Units), ramp.Down.Units-1)
		}
		if tight := build(t, in); cost(tight) < cost(loose)-1e-6 {
			t.Fatalf("got cost %v under tighter limits, %v before, at %+v", cost(tight), cost(loose), in)
		}
	}
}

func FuzzBuild(f *testing.F) {
	f.Add(uint64(1), 3.0, 1.0, 20.0, int64(4), int64(0))
	f.Add(uint64(2), 1e300, 0.0, 1e15, int64(600), int64(60))
	f.Fuzz(func(t *testing.T, seed uint64, demand, price, missing float64, lead, late int64) {
		r := rand.New(rand.NewPCG(seed, 5))
		in := randomInput(r, 30, 10)
		if seed%2 == 0 {
			in = anyLimits(r, in)
		}
		in.Forecast.Values[2][0] = demand
		in.Policy.Pools[0].Price = price
		in.Policy.Pools[0].LeadTime = time.Duration(lead) * time.Second
		in.Policy.Objective.Missing = missing
		in.Now = in.Now.Add(time.Duration(late) * time.Second)
		p, err := planner.Build(in)
		if err != nil {
			return
		}
		checkPlan(t, in, p)
		if planner.Summary(p, in.Policy) == "" {
			t.Fatal("no summary")
		}
	})
}
