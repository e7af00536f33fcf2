package blend

import (
	"cmp"
	"slices"
)

// A vote is what one member says, and how much it counts.
type vote struct{ value, weight float64 }

// trimmed is the mean of the middle of the votes by weight, which are sorted in
// place: what lies within trim of either end of the total weight is cut off.
// With trim 0 it is the weighted mean, with 0.5 the weighted median.
func trimmed(votes []vote, trim float64) float64 {
	slices.SortFunc(votes, func(a, b vote) int { return cmp.Compare(a.value, b.value) })
	total := 0.0
	for _, v := range votes {
		total += v.weight
	}
	low, high := trim*total, (1-trim)*total
	if trim >= 0.5 {
		return middle(votes, total/2)
	}
	sum, weight, done := 0.0, 0.0, 0.0
	for _, v := range votes {
		if inside := min(done+v.weight, high) - max(done, low); inside > 0 {
			weight += inside
			sum += (v.value - sum) * (inside / weight) // a running mean: no sum overflows
		}
		done += v.weight
	}
	return sum
}

// middle is the value at which half of the weight is reached, or the mean of
// the two next to it where it is reached exactly between them.
func middle(votes []vote, half float64) float64 {
	done := 0.0
	for i, v := range votes {
		done += v.weight
		if done == half && i+1 < len(votes) {
			return v.value/2 + votes[i+1].value/2
		}
		if done >= half {
			return v.value
		}
	}
	return votes[len(votes)-1].value
}
