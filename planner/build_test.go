package planner_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"headroom/planner"
)

// A worth is how good a sequence of units is, by the words of the policy and
// nothing of the planner's own arithmetic.
type worth struct {
	outside int     // distance from the bounds, summed over steps
	money   float64 // or, with a service level, what is short of it and then the price
	changes int
	units   int
}

func (w worth) better(v worth) bool {
	const same = 1e-7
	switch {
	case w.outside != v.outside:
		return w.outside < v.outside
	case math.Abs(w.money-v.money) > same:
		return w.money < v.money
	case w.changes != v.changes:
		return w.changes < v.changes
	}
	return w.units < v.units
}

// stepWorth is what n units cost in step t.
func stepWorth(in planner.Input, t, n int) worth {
	p, f := in.Policy, in.Forecast
	w := worth{units: n, outside: max(0, int(p.Pools[0].Min)-n, n-int(p.Pools[0].Max))}
	if level := p.Objective.ServiceLevel; level > 0 {
		w.money = 1e6*max(0, math.Ceil(f.Quantile(level, t)-1e-9)-float64(n)) + p.Pools[0].Price*float64(n)
		return w
	}
	// The integral of (quantile - n)+ over the probability.
	over := func(q float64) float64 { return f.Quantile(q, t) - float64(n) }
	last := f.Levels[len(f.Levels)-1]
	missing := f.Levels[0]*max(0, over(0)) + (1-last)*max(0, over(last))
	for i := 1; i < len(f.Levels); i++ {
		mass, a, b := f.Levels[i]-f.Levels[i-1], over(f.Levels[i-1]), over(f.Levels[i])
		if a >= 0 {
			missing += mass * (a + b) / 2
		} else if b > 0 {
			missing += mass * b * b / (b - a) / 2
		}
	}
	w.money = p.Pools[0].Price*float64(n) + p.Objective.Missing*missing
	return w
}

// mayFollow reports whether the limits allow the change into the last step of
// units.
func mayFollow(in planner.Input, units []int) bool {
	t, f, p := len(units)-1, in.Forecast, in.Policy
	before := func(k int) int {
		if k == 0 {
			return int(in.State.Units)
		}
		return units[k-1]
	}
	change, r := units[t]-before(t), p.Ramp.Up
	if change < 0 {
		change, r = -change, p.Ramp.Down
	}
	if r.Per > f.Step {
		period := int64(math.Ceil(float64(r.Per)/float64(f.Step))) * int64(f.Step/time.Second)
		if f.At(t).Unix()/period == f.At(t).Add(-f.Step).Unix()/period && change > 0 || change > int(r.Units) {
			return false
		}
	} else if r.Limited() && float64(change) > float64(r.Units)*float64(f.Step)/float64(r.Per) {
		return false
	}
	if units[t] <= before(t) {
		return true
	}
	ask := f.At(t).Add(-p.Pools[0].LeadTime)
	if ask.Before(in.Now) {
		return false
	}
	for k := range t {
		released := f.At(k)
		if released.Before(in.Now) {
			released = in.Now
		}
		if units[k] < before(k) && !ask.After(released) {
			return false
		}
	}
	return true
}

// exhaust tries every sequence of up to most units.
func exhaust(in planner.Input, most int) worth {
	best := worth{outside: math.MaxInt}
	var units []int
	var try func(worth)
	try = func(sum worth) {
		if len(units) == in.Forecast.Steps() {
			if sum.better(best) {
				best = sum
			}
			return
		}
		for n := range most + 1 {
			units = append(units, n)
			if mayFollow(in, units) {
				try(plus(sum, in, units))
			}
			units = units[:len(units)-1]
		}
	}
	try(worth{})
	return best
}

// plus adds the last step of units.
func plus(sum worth, in planner.Input, units []int) worth {
	t := len(units) - 1
	w := stepWorth(in, t, units[t])
	before := int(in.State.Units)
	if t > 0 {
		before = units[t-1]
	}
	if units[t] != before {
		sum.changes++
	}
	sum.outside, sum.money, sum.units = sum.outside+w.outside, sum.money+w.money, sum.units+w.units
	return sum
}

func TestBuild_EqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 10_000 {
		in := randomInput(r, 6, 5)
		plan, err := planner.Build(in)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		got, units := worth{}, unitsOf(plan)
		for k := range units {
			if !mayFollow(in, units[:k+1]) {
				t.Fatalf("case %d: step %d of %v breaks a limit of %+v", i, k, units, in)
			}
			got = plus(got, in, units[:k+1])
		}
		if want := exhaust(in, 6); want.better(got) || got.better(want) {
			t.Fatalf("case %d: got %v worth %+v, want %+v for %+v", i, units, got, want, in)
		}
	}
}
