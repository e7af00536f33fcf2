package dispatch

import (
	"cmp"
	"slices"
)

// mostLost is how many pools are told apart by whether they are lost: each of
// them doubles the cases.
const mostLost = 5

// A loss is a case of what is lost.
type loss struct {
	chance float64
	rates  []float64 // of the pools; zero if lost
}

// losses are the cases of which pools are lost. Of more than mostLost pools
// that can be lost, those with the largest chance are told apart, and the others
// count as if they always served what they serve on average.
func losses(pools []Pool) []loss {
	var apart []int
	for i, p := range pools {
		if p.Lost > 0 {
			apart = append(apart, i)
		}
	}
	slices.SortStableFunc(apart, func(i, j int) int { return cmp.Compare(pools[j].Lost, pools[i].Lost) })
	rates := make([]float64, len(pools))
	for i, p := range pools {
		rates[i] = p.Rate
	}
	if len(apart) > mostLost {
		for _, i := range apart[mostLost:] {
			rates[i] *= 1 - pools[i].Lost
		}
		apart = apart[:mostLost]
	}
	cases := []loss{{chance: 1, rates: rates}}
	for _, i := range apart {
		for _, c := range cases {
			away := loss{chance: c.chance * pools[i].Lost, rates: slices.Clone(c.rates)}
			away.rates[i] = 0
			cases = append(cases, away)
		}
		for k := range len(cases) / 2 {
			cases[k].chance *= 1 - pools[i].Lost
		}
	}
	return cases
}
