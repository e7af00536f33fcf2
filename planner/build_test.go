package planner_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
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

// gone is the chance that no unit serves.
func gone(p capacity.Pool) float64 { return min(0.99, p.Interruption*p.LeadTime.Hours()) }

// missing is the integral of (quantile - n)+ over the probability.
func missing(f capacity.Forecast, t, n int) float64 {
	over := func(q float64) float64 { return f.Quantile(q, t) - float64(n) }
	last := f.Levels[len(f.Levels)-1]
	sum := f.Levels[0]*max(0, over(0)) + (1-last)*max(0, over(last))
	for i := 1; i < len(f.Levels); i++ {
		mass, a, b := f.Levels[i]-f.Levels[i-1], over(f.Levels[i-1]), over(f.Levels[i])
		if a >= 0 {
			sum += mass * (a + b) / 2
		} else if b > 0 {
			sum += mass * b * b / (b - a) / 2
		}
	}
	return sum
}

// stepWorth is what n units cost in step t.
func stepWorth(in planner.Input, t, n int) worth {
	p, f, pool := in.Policy, in.Forecast, in.Policy.Pools[0]
	w := worth{units: n, outside: max(0, int(pool.Min)-n, n-int(pool.Max))}
	cost := func(n int) float64 {
		money := pool.Price * float64(max(0, n-int(pool.Paid)))
		if p.Objective.Missing > 0 {
			money += p.Objective.Missing * ((1-gone(pool))*missing(f, t, n) + gone(pool)*missing(f, t, 0))
		}
		return money
	}
	// Only what is left of the step counts, and units that are asked for now only
	// from when they serve.
	end, had := f.At(t+1), int(in.States[0].Units)
	left := min(1, end.Sub(later(in, t)).Seconds()/f.Step.Seconds())
	w.money = left * cost(min(n, had))
	if n > had {
		serves := min(1, end.Sub(in.Now.Add(pool.LeadTime)).Seconds()/f.Step.Seconds())
		w.money += serves * (cost(n) - cost(had))
	}
	if level := p.Objective.ServiceLevel; level > 0 {
		w.money += 1e6 * max(0, math.Ceil(f.Quantile(min(1, level/(1-gone(pool))), t)-1e-9)-float64(n))
	}
	return w
}

// soonest is when units that are asked for now serve, if that is in step t and not
// at its start.
func soonest(in planner.Input, t int) (at time.Time, inside bool) {
	at = in.Now.Add(in.Policy.Pools[0].LeadTime)
	return at, in.Forecast.At(t).Before(at) && at.Before(in.Forecast.At(t+1))
}

// later is when step t begins, or now if that is past.
func later(in planner.Input, t int) time.Time {
	if at := in.Forecast.At(t); at.After(in.Now) {
		return at
	}
	return in.Now
}

// mayFollow reports whether the limits allow the change into the last step of
// units.
func mayFollow(in planner.Input, units []int) bool {
	t, f, p, pool := len(units)-1, in.Forecast, in.Policy, in.Policy.Pools[0]
	before := func(k int) int {
		if k == 0 {
			return int(in.States[0].Units)
		}
		return units[k-1]
	}
	if !affords(in, units) {
		return false
	}
	change, r := units[t]-before(t), pool.Ramp.Up
	if change == 0 {
		return true
	}
	ask, left := f.At(t).Add(-pool.LeadTime), 1.0
	if ready, inside := soonest(in, t); inside {
		ask, left = in.Now, f.At(t+1).Sub(ready).Seconds()/f.Step.Seconds()
	}
	if change < 0 {
		change, r, ask, left = -change, pool.Ramp.Down, later(in, t), 1
	}
	if r.Per > f.Step {
		period := int64(math.Ceil(float64(r.Per)/float64(f.Step))) * int64(f.Step/time.Second)
		if f.At(t).Unix()/period == f.At(t).Add(-f.Step).Unix()/period && change > 0 || change > int(r.Units) {
			return false
		}
	} else if r.Limited() && float64(change) > math.Floor(float64(r.Units)*float64(f.Step)/float64(r.Per))*left {
		return false
	}
	for _, w := range p.Control.Freeze.Windows {
		if w.Holds(ask) && (units[t] < before(t) || p.Control.Freeze.Deny == capacity.DenyAll) {
			return false
		}
	}
	changes := 1
	for k := range t {
		if units[k] == before(k) {
			continue
		}
		changes++
		changed := later(in, k)
		if ready, inside := soonest(in, k); inside {
			changed = ready
		}
		if f.At(t).Sub(changed) < pool.Hold {
			return false
		}
	}
	if pool.Changes > 0 && changes > pool.Changes {
		return false
	}
	if units[t] < before(t) {
		return true
	}
	if ask.Before(in.Now) {
		return false
	}
	for k := range t {
		if units[k] < before(k) && !ask.After(later(in, k)) {
			return false
		}
	}
	return true
}

// affords reports whether the last step of units keeps the budget of its hour,
// day or week.
func affords(in planner.Input, units []int) bool {
	b, f, pool := in.Policy.Objective.Budget, in.Forecast, in.Policy.Pools[0]
	if !b.Limited() {
		return true
	}
	zone, err := time.LoadLocation(in.Policy.Demand.Timezone)
	if err != nil {
		return false
	}
	name := func(t int) [3]int {
		at := f.At(t).In(zone)
		year, week := at.ISOWeek()
		return map[capacity.Period][3]int{
			capacity.Hour: {at.Year(), at.YearDay(), at.Hour()},
			capacity.Day:  {at.Year(), at.YearDay()},
			capacity.Week: {year, week},
		}[b.Per]
	}
	spent, covered := 0.0, 0.0
	for t := range f.Steps() {
		if name(t) != name(len(units)-1) {
			continue
		}
		covered += f.Step.Hours()
		if t < len(units) {
			spent += pool.Price * float64(max(0, units[t]-int(pool.Paid))) * f.Step.Hours()
		}
	}
	length := map[capacity.Period]float64{capacity.Hour: 1, capacity.Day: 24, capacity.Week: 168}[b.Per]
	return spent <= b.Amount*covered/length+1e-9
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
	before := int(in.States[0].Units)
	if t > 0 {
		before = units[t-1]
	}
	if units[t] != before {
		sum.changes++
		w.money += in.Policy.Objective.Change / in.Forecast.Step.Hours() * math.Abs(float64(units[t]-before))
	}
	sum.outside, sum.money, sum.units = sum.outside+w.outside, sum.money+w.money, sum.units+w.units
	return sum
}

// cases is how many random cases a test tries: so many, fewer with -short, or
// what -cases says.
func cases(count int) int {
	switch {
	case *manyCases > 0:
		return *manyCases
	case testing.Short():
		return count / 10
	}
	return count
}

var manyCases = flag.Int("cases", 0, "how many random cases each test tries, 0 for its own number")

func TestBuild_EqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range cases(10_000) {
		in := randomInput(r, 6, 5)
		if i%2 == 0 {
			in = anyLimits(r, randomInput(r, 5, 4))
		}
		checkBrute(t, in)
	}
}

// checkBrute compares a plan with the best of all sequences. If none of them
// keeps the budget without leaving the bounds, the plan has to say so.
func checkBrute(t *testing.T, in planner.Input) {
	t.Helper()
	plan, err := planner.Build(in)
	if err != nil {
		t.Fatalf("%v for %+v", err, in)
	}
	want := exhaust(in, 6)
	if in.Policy.Objective.Budget.Limited() && want.outside > 0 {
		if !slices.ContainsFunc(plan.Notes, func(n string) bool { return strings.Contains(n, "cannot be kept") }) {
			t.Fatalf("got notes %q for a budget that no plan keeps: %+v", plan.Notes, in)
		}
		return
	}
	got, units := worth{}, unitsOf(plan)
	for k := range units {
		if !mayFollow(in, units[:k+1]) {
			t.Fatalf("step %d of %v breaks a limit of %+v", k, units, in)
		}
		got = plus(got, in, units[:k+1])
	}
	if want.better(got) || got.better(want) {
		t.Fatalf("got %v worth %+v, want %+v for %+v", units, got, want, in)
	}
}
