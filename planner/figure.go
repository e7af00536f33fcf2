package planner

import (
	"fmt"

	"headroom/capacity"
)

// count writes "1 unit" or "7 units".
func count(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", n)
}

// rate writes "2 per 10m".
func rate(r capacity.Rate) string {
	return fmt.Sprintf("%d per %s", r.Units, capacity.Brief(r.Per))
}
