package schedule_test

import (
	"fmt"

	"headroom/planner/schedule"
)

// four is a problem of four steps that want 2, 5, 2 and 3 units: each unit too
// many costs 1, each unit missing 20.
func four() (schedule.Limits, [][]int64) {
	l := schedule.Limits{
		Before: 2,
		Lo:     []int{0, 0, 0, 0}, Hi: []int{6, 6, 6, 6},
		Up: []int{6, 6, 6, 6}, Down: []int{6, 6, 6, 6},
		Dip: []int{0, 0, 0, 0}, Hold: []int{0, 0, 0, 0},
	}
	var costs [][]int64
	for _, want := range []int{2, 5, 2, 3} {
		var row []int64
		for n := range 7 {
			row = append(row, int64(max(0, n-want)+20*max(0, want-n)))
		}
		costs = append(costs, row)
	}
	return l, costs
}

func ExampleSolve() {
	l, costs := four()
	units, gap, err := schedule.Solve(l, costs, 0)
	fmt.Println(units, gap, err)
	l.Changes = 2
	units, gap, err = schedule.Solve(l, costs, 0)
	fmt.Println(units, gap, err)
	// Output:
	// [2 5 2 3] 0 <nil>
	// [2 5 3 3] 0 <nil>
}

// Ten units in sum: two of those that are wanted have to be missing.
func ExampleBudget() {
	l, costs := four()
	l.Budgets = []schedule.Budget{{From: 0, To: 4, Most: 10}}
	units, gap, err := schedule.Solve(l, costs, 0)
	fmt.Println(units, gap, err)
	// Output:
	// [2 4 2 2] 0 <nil>
}

// No dip may be shorter than two steps, so that the one in the third step is
// filled, up to what the fourth step wants.
func ExampleLimits_Band() {
	l, _ := four()
	l.Dip = []int{1, 1, 1, 1}
	wants := []int{2, 5, 2, 3}
	fmt.Println(l.Band(wants, wants, 1, 1))
	// Output:
	// [2 2 2 2] [2 5 3 3]
}
