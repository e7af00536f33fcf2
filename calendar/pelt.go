package calendar

import "math"

// changes returns where the mean of x changes, each as the index of the first
// value of a new segment, ascending: the segmentation that minimises the sum of
// squared distances from the means of its segments plus penalty for each
// segment, found exactly by the pruned search of Killick, Fearnhead and Eckley
// (Journal of the American Statistical Association 107, 2012, 1590-1598).
func changes(x []float64, penalty float64) []int {
	n := len(x)
	sum, squares := make([]float64, n+1), make([]float64, n+1)
	for i, v := range x {
		sum[i+1], squares[i+1] = sum[i]+v, squares[i]+v*v
	}
	cost := func(from, to int) float64 {
		s := sum[to] - sum[from]
		return squares[to] - squares[from] - s*s/float64(to-from)
	}
	best, last := make([]float64, n+1), make([]int, n+1)
	best[0] = -penalty
	candidates := []int{0}
	for to := 1; to <= n; to++ {
		best[to] = math.Inf(1)
		for _, from := range candidates {
			if c := best[from] + cost(from, to) + penalty; c < best[to] {
				best[to], last[to] = c, from
			}
		}
		kept := candidates[:0]
		for _, from := range candidates {
			if best[from]+cost(from, to) <= best[to] {
				kept = append(kept, from)
			}
		}
		kept = append(kept, to)
		candidates = kept
	}
	var at []int
	for to := n; to > 0 && last[to] > 0; to = last[to] {
		at = append([]int{last[to]}, at...)
	}
	return at
}
