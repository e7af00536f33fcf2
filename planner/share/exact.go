package share

// exact shares by dynamic programming over what is left: rest[q] is the least
// cost of the later services with q units. Of equal costs it takes the most units
// for the earlier service, which has the higher priority.
func (b board) exact() []int {
	last := len(b.costs)
	choice := make([][]int32, last)
	rest := make([]float64, b.left+1)
	for i := last - 1; i >= 0; i-- {
		here := make([]float64, b.left+1)
		choice[i] = make([]int32, b.left+1)
		for q := range here {
			here[q] = b.costs[i][0] + rest[q]
			for n := 1; n <= min(q, len(b.costs[i])-1); n++ {
				if cost := b.costs[i][n] + rest[q-n]; cost <= here[q] {
					here[q], choice[i][q] = cost, int32(n)
				}
			}
		}
		rest = here
	}
	// The fewest units that cost the least: the others would save nothing.
	left := 0
	for q, cost := range rest {
		if cost < rest[left] {
			left = q
		}
	}
	units := make([]int, last)
	for i := range units {
		units[i] = int(choice[i][left])
		left -= units[i]
	}
	return units
}
