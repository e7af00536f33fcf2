package history

import (
	"slices"
	"time"
)

// interval is how far apart the measurements of t typically are: the (lower)
// median of the differences between neighbours, 0 with fewer than two rows. The
// source is regular if at least 90 % of the differences equal it; otherwise its
// rows are events, which come when they come.
func interval(t Table) (typical time.Duration, regular bool) {
	if t.Rows() < 2 {
		return 0, false
	}
	apart := make([]time.Duration, t.Rows()-1)
	for i := range apart {
		apart[i] = time.Duration(t.times[i+1] - t.times[i])
	}
	slices.Sort(apart)
	typical = apart[(len(apart)-1)/2]
	first, _ := slices.BinarySearch(apart, typical)
	last, _ := slices.BinarySearch(apart, typical+1)
	return typical, (last-first)*10 >= len(apart)*9
}
