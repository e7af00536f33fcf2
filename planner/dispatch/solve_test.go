package dispatch_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/dispatch"
	"headroom/planner/schedule"
)

// steady are limits that are the same in every step.
func steady(steps, before, low, high, change int) schedule.Limits {
	all := func(n int) []int { return slices.Repeat([]int{n}, steps) }
	return schedule.Limits{Before: before, Lo: all(low), Hi: all(high), Up: all(change), Down: all(change), Dip: all(0), Hold: all(0)}
}

// tiny is a random problem with few solutions.
func tiny(rng *rand.Rand) dispatch.Problem {
	steps := 2 + rng.IntN(2)
	p := dispatch.Problem{Missing: []float64{0, 1.5, 4, 20}[rng.IntN(4)]}
	for range 2 + rng.IntN(2) {
		high := 1 + rng.IntN(3)
		l := steady(steps, rng.IntN(high+1), 0, high, 1+rng.IntN(3))
		for t := range steps {
			l.Dip[t], l.Hold[t] = rng.IntN(2)+t/2, rng.IntN(2)
			if rng.IntN(5) == 0 {
				l.Down[t] = 0 // a freeze that denies lowering
			}
		}
		l.Changes = rng.IntN(3)
		p.Pools = append(p.Pools, dispatch.Pool{
			Rate: float64(1 + rng.IntN(5)), Price: float64(rng.IntN(6)), Change: float64(rng.IntN(3)),
			Paid: rng.IntN(2), Lost: []float64{0, 0, 0.25}[rng.IntN(3)], Limits: l,
		})
	}
	for range steps {
		at := float64(rng.IntN(20))
		p.Loads = append(p.Loads, dispatch.Load{Levels: []float64{0.25, 0.5, 1}, Points: []float64{at, at + float64(rng.IntN(4)), at + 4}})
	}
	if rng.IntN(2) == 0 {
		p.Budgets = []dispatch.Budget{{From: 0, To: 1 + rng.IntN(steps), Most: float64(6 + rng.IntN(30))}}
	}
	return p
}

// short is the load expected to be missing, by the midpoint rule.
func short(p dispatch.Problem, units [][]int) float64 {
	const pieces = 1000
	sum := 0.0
	for t, l := range p.Loads {
		for away := range 1 << len(p.Pools) {
			chance, served := 1.0, 0.0
			for i, pool := range p.Pools {
				if away>>i&1 == 1 {
					chance *= pool.Lost
				} else {
					chance *= 1 - pool.Lost
					served += pool.Rate * float64(units[i][t])
				}
			}
			if chance == 0 {
				continue
			}
			for k := range pieces {
				q := (float64(k) + 0.5) / pieces
				load := l.Points[0]
				for j := 1; j < len(l.Levels); j++ {
					if q > l.Levels[j-1] {
						load = l.Points[j-1] + (q-l.Levels[j-1])/(l.Levels[j]-l.Levels[j-1])*(l.Points[j]-l.Points[j-1])
					}
				}
				sum += chance / pieces * max(0, load-served)
			}
		}
	}
	return sum
}

// money is what units and changes cost.
func money(p dispatch.Problem, units [][]int) float64 {
	sum := 0.0
	for i, pool := range p.Pools {
		before := pool.Limits.Before
		for _, n := range units[i] {
			sum += pool.Price*float64(max(0, n-pool.Paid)) + pool.Change*math.Abs(float64(n-before))
			before = n
		}
	}
	return sum
}

// A deaf test counts what it is told and says nothing.
type deaf struct {
	testing.TB
	errors int
}

func (d *deaf) Helper()               {}
func (d *deaf) Errorf(string, ...any) { d.errors++ }

// exhaust tries every solution within the limits.
func exhaust(p dispatch.Problem, seen func(units [][]int)) {
	units := make([][]int, len(p.Pools))
	for i := range units {
		units[i] = make([]int, len(p.Loads))
	}
	var try func(at int)
	try = func(at int) {
		if at == len(p.Pools)*len(p.Loads) {
			var d deaf
			if keeps(&d, p, dispatch.Solution{Units: units}); d.errors == 0 {
				seen(units)
			}
			return
		}
		i, t := at/len(p.Loads), at%len(p.Loads)
		for n := p.Pools[i].Limits.Lo[t]; n <= p.Pools[i].Limits.Hi[t]; n++ {
			units[i][t] = n
			try(at + 1)
		}
	}
	try(0)
}

// TestSolve_Exhaustive compares with every solution of small problems.
func TestSolve_Exhaustive(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	solvable := 0
	for round := range 150 {
		p := tiny(rng)
		count, least, shortest := 0, math.Inf(1), math.Inf(1)
		exhaust(p, func(units [][]int) {
			count++
			cost := money(p, units)
			if cost > least && p.Missing > 0 {
				return
			}
			missing := short(p, units)
			switch {
			case p.Missing > 0:
				least = min(least, cost+p.Missing*missing)
			case missing < shortest-1e-9:
				least, shortest = cost, missing
			case missing < shortest+1e-9:
				least = min(least, cost)
			}
		})
		got, err := dispatch.Solve(p)
		if count == 0 {
			if !errors.Is(err, capacity.ErrBadPolicy) && !errors.Is(err, capacity.ErrRefused) {
				t.Fatalf("round %d: error is %v, want one: nothing is within the limits", round, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		solvable++
		keeps(t, p, got)
		if math.Abs(got.Cost-least) > 1e-4*max(1, least) || got.Bound > got.Cost {
			t.Errorf("round %d: %v cost %v, bound %v, want %v", round, got.Units, got.Cost, got.Bound, least)
		}
	}
	if solvable < 100 {
		t.Errorf("got %d problems with a solution, want 100", solvable)
	}
}

// TestSolve_Large: what is proven is close to what is found, beyond what can be
// searched as a whole.
func TestSolve_Large(t *testing.T) {
	for name, change := range map[string]func(*dispatch.Problem){
		"all prices": func(*dispatch.Problem) {},
		"a budget": func(p *dispatch.Problem) {
			p.Budgets = []dispatch.Budget{{From: 0, To: 30, Most: 500}, {From: 40, To: 60, Most: 400}}
		},
		"six pools": func(p *dispatch.Problem) {
			for _, pool := range p.Pools {
				pool.Rate, pool.Lost = 0.7*pool.Rate, 0.05
				p.Pools = append(p.Pools, pool, pool)
			}
		},
		"few changes": func(p *dispatch.Problem) { p.Pools[1].Limits.Changes = 6 },
	} {
		t.Run(name, func(t *testing.T) {
			p := days(60)
			change(&p)
			got, err := dispatch.Solve(p)
			if err != nil {
				t.Fatal(err)
			}
			keeps(t, p, got)
			if got.Bound > got.Cost || got.Bound < 0.995*got.Cost {
				t.Errorf("bound %v of cost %v, want at most 0.5 %% below", got.Bound, got.Cost)
			}
			again, err := dispatch.Solve(p)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("the second solution differs (-first +second):\n%s", diff)
			}
		})
	}
}

// TestSolve_Spot: a pool that may be lost is not relied on where missing load is
// dear, however cheap it is.
func TestSolve_Spot(t *testing.T) {
	p := dispatch.Problem{
		Missing: 100,
		Loads:   []dispatch.Load{dispatch.Certain(10)},
		Pools: []dispatch.Pool{
			{Rate: 1, Price: 2, Limits: steady(1, 0, 0, 20, 20)},
			{Rate: 1, Price: 1, Lost: 0.1, Limits: steady(1, 0, 0, 20, 20)},
		},
	}
	// One more unit on demand saves 0.1 · 100 of missing load, so all 10 run.
	for missing, want := range map[float64][][]int{100: {{10}, {0}}, 5: {{0}, {10}}, 1.05: {{0}, {0}}} {
		p.Missing = missing
		got, err := dispatch.Solve(p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Units); diff != "" {
			t.Errorf("missing load at %v: units (-want +got):\n%s", missing, diff)
		}
	}
}

func TestSolve_Refuses(t *testing.T) {
	nan := math.NaN()
	for name, spoil := range map[string]func(*dispatch.Problem){
		"no pool":             func(p *dispatch.Problem) { p.Pools = nil },
		"no step":             func(p *dispatch.Problem) { p.Loads = nil },
		"negative missing":    func(p *dispatch.Problem) { p.Missing = -1 },
		"rate of nothing":     func(p *dispatch.Problem) { p.Pools[0].Rate = 0 },
		"price NaN":           func(p *dispatch.Problem) { p.Pools[0].Price = nan },
		"surely lost":         func(p *dispatch.Problem) { p.Pools[0].Lost = 1 },
		"bounds crossed":      func(p *dispatch.Problem) { p.Pools[0].Limits.Lo[1] = 9 },
		"short limits":        func(p *dispatch.Problem) { p.Pools[0].Limits.Up = nil },
		"budget of a pool":    func(p *dispatch.Problem) { p.Pools[0].Limits.Budgets = []schedule.Budget{{To: 1}} },
		"budget beyond":       func(p *dispatch.Problem) { p.Budgets = []dispatch.Budget{{From: 0, To: 9, Most: 9}} },
		"budgets overlap":     func(p *dispatch.Problem) { p.Budgets = []dispatch.Budget{{To: 2, Most: 9}, {From: 1, To: 3, Most: 9}} },
		"levels descend":      func(p *dispatch.Problem) { p.Loads[0].Levels[0] = 0.9 },
		"points NaN":          func(p *dispatch.Problem) { p.Loads[0].Points[0] = nan },
		"a load of no points": func(p *dispatch.Problem) { p.Loads[1] = dispatch.Load{} },
	} {
		t.Run(name, func(t *testing.T) {
			p := dispatch.Problem{Missing: 2, Pools: []dispatch.Pool{{Rate: 1, Price: 1, Limits: steady(3, 1, 1, 4, 4)}}}
			for range 3 {
				p.Loads = append(p.Loads, dispatch.Load{Levels: []float64{0.1, 0.8}, Points: []float64{1, 3}})
			}
			spoil(&p)
			if _, err := dispatch.Solve(p); !errors.Is(err, capacity.ErrBadPolicy) {
				t.Errorf("error is %v, want %v", err, capacity.ErrBadPolicy)
			}
		})
	}
}

func TestSolve_BudgetTooSmall(t *testing.T) {
	p := dispatch.Problem{
		Missing: 9,
		Loads:   []dispatch.Load{dispatch.Certain(3), dispatch.Certain(3)},
		Pools:   []dispatch.Pool{{Rate: 1, Price: 2.5, Paid: 1, Limits: steady(2, 2, 2, 4, 4)}},
		Budgets: []dispatch.Budget{{From: 0, To: 2, Most: 4}},
	}
	_, err := dispatch.Solve(p)
	if !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), "at least 5") {
		t.Errorf("error is %v, want %v that names 5", err, capacity.ErrBadPolicy)
	}
	p.Budgets[0].Most = 5
	if _, err := dispatch.Solve(p); err != nil {
		t.Errorf("a budget that just does: %v", err)
	}
}
