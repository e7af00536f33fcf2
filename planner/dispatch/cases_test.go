package dispatch_test

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"testing"

	"headroom/planner/dispatch"
	"headroom/planner/schedule"
)

// A solved is a problem that HiGHS 1.16.0 solved, as tools/dispatchcases writes
// it.
type solved struct {
	Pools []struct {
		Rate, Price, Change, Lost                           float64
		Paid, Before, Low, High, Up, Down, Early, Dip, Hold int
		Frozen                                              [2]int
		Changes                                             int
	}
	Chances []float64
	Loads   [][]float64
	Missing float64
	Budgets [][3]float64
	Cost    float64 // the least
	Short   float64 // the least, if nothing may be missing
}

// problem is the case in our words: a load of a few values is one with two
// equal points at each of them.
func (c solved) problem() dispatch.Problem {
	p := dispatch.Problem{Missing: c.Missing}
	for _, values := range c.Loads {
		load, level := dispatch.Load{}, 0.0
		for k, v := range values {
			load.Levels = append(load.Levels, level, level+c.Chances[k])
			load.Points = append(load.Points, v, v)
			level += c.Chances[k]
		}
		load.Levels[len(load.Levels)-1] = 1
		p.Loads = append(p.Loads, load)
	}
	for _, q := range c.Pools {
		l := schedule.Limits{Before: q.Before, Changes: q.Changes}
		for t := range c.Loads {
			up, down := q.Up, q.Down
			if q.Frozen[0] <= t && t < q.Frozen[1] {
				up, down = 0, 0
			}
			if t < q.Early {
				up = 0
			}
			l.Lo, l.Hi = append(l.Lo, q.Low), append(l.Hi, q.High)
			l.Up, l.Down = append(l.Up, up), append(l.Down, down)
			l.Dip, l.Hold = append(l.Dip, q.Dip), append(l.Hold, q.Hold)
		}
		p.Pools = append(p.Pools, dispatch.Pool{Rate: q.Rate, Price: q.Price, Change: q.Change, Paid: q.Paid, Lost: q.Lost, Limits: l})
	}
	for _, b := range c.Budgets {
		p.Budgets = append(p.Budgets, dispatch.Budget{From: int(b[0]), To: int(b[1]), Most: b[2]})
	}
	return p
}

// TestSolve_LikeHiGHS compares 1,000 answers with those of an exact solver, 100
// of them in short mode.
func TestSolve_LikeHiGHS(t *testing.T) {
	file, err := os.Open("../../testdata/dispatch/cases.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []solved
	if err := json.NewDecoder(text).Decode(&cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 1000 {
		t.Fatalf("got %d cases, want 1000", len(cases))
	}
	if testing.Short() {
		cases = cases[:100]
	}
	proven := 0
	for i, c := range cases {
		p := c.problem()
		got, err := dispatch.Solve(p)
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		keeps(t, p, got)
		// What is missing is counted in grains.
		if c.Missing == 0 && got.Short > c.Short+1e-5 {
			t.Errorf("case %d is short of %v, want %v", i, got.Short, c.Short)
		}
		if near := 1e-6 * max(1, c.Cost); math.Abs(got.Cost-c.Cost) > near || got.Bound > c.Cost+near {
			t.Errorf("case %d costs %v with bound %v, want %v", i, got.Cost, got.Bound, c.Cost)
		}
		if got.Bound == got.Cost {
			proven++
		}
	}
	if proven < len(cases)*99/100 {
		t.Errorf("got %d of %d proven, want 99 %%", proven, len(cases))
	}
}
