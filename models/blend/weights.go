package blend

import (
	"math"
	"slices"
)

// Weights say how much each member of a blend has to say in each block of the
// horizon. The zero Weights give all members the same say.
type Weights struct {
	Members []string
	Ends    []int       // of the blocks: the step of the horizon before which each ends; the last block also serves all later steps
	Shares  [][]float64 // by block and member; each block's add up to 1
}

// Blocks cuts a horizon of so many steps into blocks, each as long as all
// before it, since errors change fast at first and slowly later.
func Blocks(horizon int) []int {
	var ends []int
	for start := 0; start < horizon; {
		start = min(max(1, 2*start), horizon)
		ends = append(ends, start)
	}
	return ends
}

// How errors become shares. The values were chosen on origins inside the
// training parts of M4 Hourly and NN5.
const (
	power = 4.0 // a member with a fifth more error has half of the say
	worst = 1.5 // one with more than this many times the least error has none
	carry = 0.5 // how much a block listens to its neighbour's errors
)

// Weigh turns errors, by member and block, into weights: mean absolute errors
// relative to any one scale, +Inf for a member that has none. At least one
// member must have errors.
func Weigh(members []string, ends []int, errors [][]float64) Weights {
	w := Weights{Members: slices.Clone(members), Ends: slices.Clone(ends)}
	for block := range ends {
		shares := make([]float64, len(members))
		for m := range members {
			sum, weight := 0.0, 0.0
			for other := range ends {
				near := math.Pow(carry, math.Abs(float64(other-block)))
				sum += near * errors[m][other]
				weight += near
			}
			shares[m] = sum / weight
		}
		normalise(shares)
		w.Shares = append(w.Shares, shares)
	}
	return w
}

// normalise turns errors into shares, in place.
func normalise(errors []float64) {
	least := max(slices.Min(errors), math.SmallestNonzeroFloat64)
	total := 0.0
	for m, e := range errors {
		ratio := max(e, least) / least
		errors[m] = 0
		if ratio <= worst {
			errors[m] = math.Pow(ratio, -power)
		}
		total += errors[m]
	}
	for m := range errors {
		errors[m] /= total
	}
}

// at is the shares in a step of the horizon, nil for equal ones.
func (w Weights) at(step int) []float64 {
	for i, end := range w.Ends {
		if step < end || i == len(w.Ends)-1 {
			return w.Shares[i]
		}
	}
	return nil
}

// valid reports whether the parts fit together.
func (w Weights) valid() bool {
	if len(w.Shares) != len(w.Ends) {
		return false
	}
	for i, shares := range w.Shares {
		total := 0.0
		for _, s := range shares {
			if !(s >= 0) {
				return false
			}
			total += s
		}
		if len(shares) != len(w.Members) || !(math.Abs(total-1) < 1e-9) || (i > 0 && w.Ends[i] <= w.Ends[i-1]) {
			return false
		}
	}
	return true
}
