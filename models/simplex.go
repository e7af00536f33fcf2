package models

import "math"

// descend is [simplex.descend] with a simplex of size 1 that ends at 1e-5.
func descend(f func([]float64) float64, start []float64, evaluations int) []float64 {
	return simplex{size: 1, rest: 1e-5, evaluations: evaluations}.descend(f, start)
}

// simplex is the settings of a search for a minimum.
type simplex struct {
	size        float64 // of its edges at the start
	rest        float64 // it ends when the values at its corners differ by less of themselves
	evaluations int     // or after about so many
}

// descend looks for a minimum of f near start by the simplex method of Nelder
// and Mead (Computer Journal 7, 1965, 308-313) and returns where it is. It
// allocates nothing per evaluation; f may be +Inf, but not NaN, and must not
// keep its argument.
func (s simplex) descend(f func([]float64) float64, start []float64) []float64 {
	n := len(start)
	corners, values := make([][]float64, n+1), make([]float64, n+1)
	for i := range corners {
		corners[i] = append([]float64(nil), start...)
		if i > 0 {
			corners[i][i-1] += s.size
		}
		values[i] = f(corners[i])
	}
	centre, trial, further := make([]float64, n), make([]float64, n), make([]float64, n)
	// along is the point at so many times the way from the worst corner to
	// the centre of the others.
	along := func(to, worst []float64, times float64) float64 {
		for j := range to {
			to[j] = worst[j] + times*(centre[j]-worst[j])
		}
		return f(to)
	}
	for used := n + 1; used < s.evaluations; {
		best, worst := 0, 0
		for i, v := range values {
			if v < values[best] {
				best = i
			}
			if v >= values[worst] {
				worst = i
			}
		}
		second := best
		for i, v := range values {
			if i != worst && v > values[second] {
				second = i
			}
		}
		if values[worst]-values[best] <= s.rest*math.Abs(values[best]) {
			break
		}
		clear(centre)
		for i, corner := range corners {
			for j := range centre {
				if i != worst {
					centre[j] += corner[j] / float64(n)
				}
			}
		}
		value := along(trial, corners[worst], 2)
		used++
		switch {
		case value < values[best]:
			used++
			if v := along(further, corners[worst], 3); v < value {
				trial, further, value = further, trial, v
			}
		case value >= values[second]:
			times := 0.5
			if value < values[worst] {
				times = 1.5
			}
			used++
			inner := along(further, corners[worst], times)
			if inner >= min(value, values[worst]) {
				for i, corner := range corners {
					if i == best {
						continue
					}
					for j := range corner {
						corner[j] += (corners[best][j] - corner[j]) / 2
					}
					values[i] = f(corner)
					used++
				}
				continue
			}
			trial, further, value = further, trial, inner
		}
		corners[worst], trial, values[worst] = trial, corners[worst], value
	}
	best := 0
	for i, v := range values {
		if v < values[best] {
			best = i
		}
	}
	return corners[best]
}
