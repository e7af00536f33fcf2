package schedule_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"headroom/planner/schedule"
)

// checkBrute compares the answer with that of trying everything.
func checkBrute(t *testing.T, p problem) {
	t.Helper()
	units, gap, err := schedule.Solve(p.limits, p.costs, p.change)
	want, found := p.exhaust()
	if (err == nil) != found {
		t.Fatalf("got error %v, and a sequence exists: %v, for %+v", err, found, p)
	}
	if err != nil {
		return
	}
	if !p.keeps(units) {
		t.Fatalf("%v breaks a limit of %+v", units, p)
	}
	if got := p.worth(units); got != want || gap != 0 {
		t.Fatalf("got %v worth %+v with gap %d, want %+v for %+v", units, got, gap, want, p)
	}
}

func TestSolve_EqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	for range cases(20_000) {
		checkBrute(t, randomProblem(r, 1+r.IntN(6), 1+r.IntN(4)))
	}
}

// countedBest is the least cost with at most so many changes: a table over
// steps, numbers and changes made, for problems with neither dips, holds nor
// budgets. It shares nothing with the package.
func (p problem) countedBest() (cost int64, found bool) {
	l := p.limits
	const none = int64(1) << 60
	best := map[[2]int]int64{{l.Before, 0}: 0}
	for t := range p.costs {
		next := map[[2]int]int64{}
		for at, c := range best {
			for n := l.Lo[t]; n <= l.Hi[t]; n++ {
				to := [2]int{n, at[1]}
				if n != at[0] {
					to[1]++
				}
				if n-at[0] > l.Up[t] || at[0]-n > l.Down[t] || to[1] > l.Changes {
					continue
				}
				sum := c + p.costs[t][n-l.Lo[t]] + p.change*int64(max(n-at[0], at[0]-n))
				if old, ok := next[to]; !ok || sum < old {
					next[to] = sum
				}
			}
		}
		best = next
	}
	cost = none
	for _, c := range best {
		cost = min(cost, c)
	}
	return cost, cost < none
}

func TestSolve_CountsChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 2))
	for range cases(300) {
		p := randomProblem(r, 40, 10)
		p.limits.Changes, p.limits.Budgets = 1+r.IntN(12), nil
		clear(p.limits.Dip)
		clear(p.limits.Hold)
		want, found := p.countedBest()
		units, gap, err := schedule.Solve(p.limits, p.costs, p.change)
		if (err == nil) != found {
			t.Fatalf("got error %v, and a sequence exists: %v, for %+v", err, found, p)
		}
		if err != nil {
			continue
		}
		if got := p.worth(units).cost; got != want || gap != 0 || !p.keeps(units) {
			t.Fatalf("got %v at %d with gap %d, want cost %d for %+v", units, got, gap, want, p)
		}
	}
}

// checkLimits holds for the answer to every problem: it keeps the limits, and
// without one of them it is no dearer.
func checkLimits(t *testing.T, p problem) {
	t.Helper()
	units, _, err := schedule.Solve(p.limits, p.costs, p.change)
	if err != nil {
		if !errors.Is(err, schedule.ErrInfeasible) {
			t.Fatalf("got %v for %+v", err, p)
		}
		return
	}
	if !p.keeps(units) {
		t.Fatalf("%v breaks a limit of %+v", units, p)
	}
	got := p.worth(units).cost
	for name, loosen := range map[string]func(*schedule.Limits){
		"changes": func(l *schedule.Limits) { l.Changes = 0 },
		"budgets": func(l *schedule.Limits) { l.Budgets = nil },
		"dip":     func(l *schedule.Limits) { l.Dip = make([]int, len(l.Dip)) },
		"hold":    func(l *schedule.Limits) { l.Hold = make([]int, len(l.Hold)) },
		"up":      func(l *schedule.Limits) { l.Up = slices.Repeat([]int{1 << 20}, len(l.Up)) },
		"down":    func(l *schedule.Limits) { l.Down = slices.Repeat([]int{1 << 20}, len(l.Down)) },
	} {
		q := p
		loosen(&q.limits)
		looser, slack, err := schedule.Solve(q.limits, q.costs, q.change)
		if err != nil {
			t.Fatalf("without %s: %v for %+v", name, err, p)
		}
		if less := q.worth(looser).cost; less-slack > got {
			t.Fatalf("got %d without %s, %d with it, for %+v", less, name, got, p)
		}
	}
}

func TestSolve_LooserIsNotDearer(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 3))
	for range cases(1_000) {
		checkLimits(t, randomProblem(r, 1+r.IntN(20), 1+r.IntN(12)))
	}
}

// A knapsack of many equal steps cannot be searched to the end. What comes back
// keeps the limits, and no looser problem is cheaper by more than the gap says.
func TestSolve_Gap(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 5))
	p := problem{limits: schedule.Limits{Before: 10}}
	l, sum := &p.limits, 0
	for range 150 {
		l.Lo, l.Hi = append(l.Lo, 0), append(l.Hi, 40)
		l.Up, l.Down = append(l.Up, 3), append(l.Down, 3)
		l.Dip, l.Hold = append(l.Dip, 1), append(l.Hold, 0)
		want, over, under := r.IntN(40), 1000+r.Int64N(1000), 5000+r.Int64N(20_000)
		sum += want
		var row []int64
		for n := range 41 {
			row = append(row, over*int64(max(0, n-want))+under*int64(max(0, want-n)))
		}
		p.costs = append(p.costs, row)
	}
	l.Budgets = []schedule.Budget{{From: 0, To: 75, Most: int64(sum) / 3}, {From: 75, To: 150, Most: int64(sum) / 4}}
	units, gap, err := schedule.Solve(p.limits, p.costs, 0)
	if err != nil || !p.keeps(units) {
		t.Fatalf("got %v, %v", units, err)
	}
	cost := p.worth(units).cost
	if gap < 0 || gap > cost/100 {
		t.Errorf("got gap %d at cost %d, want at most a hundredth of it", gap, cost)
	}
	l.Budgets = nil
	free, _, err := schedule.Solve(p.limits, p.costs, 0)
	if err != nil || p.worth(free).cost > cost {
		t.Errorf("got cost %d without budgets, %d with them, error %v", p.worth(free).cost, cost, err)
	}
}

func FuzzSolve(f *testing.F) {
	f.Add(uint64(1), 6, 4)
	f.Add(uint64(2), 12, 9)
	f.Fuzz(func(t *testing.T, seed uint64, steps, units int) {
		r := rand.New(rand.NewPCG(seed, 4))
		checkLimits(t, randomProblem(r, 1+abs(steps)%24, 1+abs(units)%12))
		checkBrute(t, randomProblem(r, 1+abs(steps)%5, 1+abs(units)%3))
	})
}

func abs(n int) int { return max(n, -(n + 1)) }

func TestSolve_Refuses(t *testing.T) {
	tests := map[string]struct {
		change func(*problem)
		want   error
		text   string
	}{
		"no steps":         {func(p *problem) { *p = problem{} }, nil, "at least one step"},
		"short limit":      {func(p *problem) { p.limits.Up = p.limits.Up[1:] }, nil, "one entry for each step"},
		"bounds cross":     {func(p *problem) { p.limits.Lo[1] = 9 }, nil, "step 1 has the bounds 9 to 4"},
		"costs missing":    {func(p *problem) { p.costs[0] = nil }, nil, "0 costs"},
		"negative ramp":    {func(p *problem) { p.limits.Up[1] = -1 }, nil, "negative"},
		"negative price":   {func(p *problem) { p.change = -1 }, nil, "negative"},
		"dip forgets":      {func(p *problem) { p.limits.Dip[0] = 5 }, nil, "at least one less"},
		"budgets overlap":  {func(p *problem) { p.limits.Budgets = []schedule.Budget{{From: 0, To: 2}, {From: 1, To: 2}} }, nil, "follow each other"},
		"out of reach":     {func(p *problem) { p.limits.Lo[0], p.costs[0] = 4, []int64{0}; p.limits.Up[0] = 1 }, schedule.ErrInfeasible, "widen them"},
		"budget too small": {func(p *problem) { p.limits.Budgets = []schedule.Budget{{From: 0, To: 2, Most: 1}} }, schedule.ErrInfeasible, "raise them"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			p := problem{limits: schedule.Limits{
				Before: 1, Lo: []int{1, 1}, Hi: []int{4, 4}, Up: []int{9, 9}, Down: []int{9, 9}, Dip: []int{0, 0}, Hold: []int{0, 0},
			}, costs: [][]int64{{0, 1, 2, 3}, {0, 1, 2, 3}}}
			tc.change(&p)
			_, _, err := schedule.Solve(p.limits, p.costs, p.change)
			if err == nil || tc.want != nil && !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) {
				t.Errorf("got %v, want %v and that it says %q", err, tc.want, tc.text)
			}
		})
	}
}
