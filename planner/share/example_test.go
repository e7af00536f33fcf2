package share_test

import (
	"fmt"

	"headroom/planner/share"
)

func ExampleAllot() {
	wants := []share.Want{
		{Service: "chat", Priority: 1, Min: 2, Max: 10, Cost: func(q int) float64 { return 100 / float64(q) }},
		{Service: "batch", Min: 1, Max: 10, Cost: func(q int) float64 { return 40 / float64(q) }},
	}
	shares, err := share.Allot(wants, 8)
	fmt.Println(shares, err)
	_, err = share.Allot(wants, 2)
	fmt.Println(err)
	// Output:
	// [5 3] <nil>
	// share a quota of 2: "batch" gets 0 of its minimum of 1: it takes a quota of at least 3: refused
}
