package dispatch_test

import (
	"fmt"

	"headroom/planner/dispatch"
)

func ExampleSolve() {
	s, err := dispatch.Solve(dispatch.Problem{
		Missing: 5,
		Loads:   []dispatch.Load{dispatch.Certain(40), dispatch.Certain(95), dispatch.Certain(70)},
		Pools: []dispatch.Pool{
			{Rate: 10, Price: 6, Paid: 4, Limits: steady(3, 4, 0, 4, 4)}, // reserved
			{Rate: 25, Price: 20, Limits: steady(3, 0, 0, 8, 8)},         // large, on demand
			{Rate: 5, Price: 5, Limits: steady(3, 0, 0, 8, 8)},           // small, on demand
		},
	})
	fmt.Println(s.Units, s.Cost, s.Bound, err)
	// Output:
	// [[4 4 4] [0 2 1] [0 1 1]] 70 70 <nil>
}
