package planner

import (
	"strconv"

	"headroom/capacity"
)

// count writes "1 unit" or "7 units".
func count(n int) string { return capacity.Count(n, "unit") }

// times writes "once" or "4 times".
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// rate writes "2 per 10m".
func rate(r capacity.Rate) string {
	return strconv.Itoa(int(r.Units)) + " per " + capacity.Brief(r.Per)
}
