package awstest

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Script is a plan that is written down: the first calls of each operation get
// the faults listed for it, one each and in order, and all others none.
func Script(faults map[string][]Fault) func(Call) Fault {
	left := maps.Clone(faults)
	return func(c Call) Fault {
		next := left[c.Operation]
		if len(next) == 0 {
			return Fault{}
		}
		left[c.Operation] = next[1:]
		return next[0]
	}
}

// Seeded is a plan by lot: each call gets, with the chance share in [0, 1], one
// of the faults, each as likely. The same seed and the same order of calls give
// the same faults.
func Seeded(seed uint64, share float64, faults ...Fault) func(Call) Fault {
	lot, faults := rand.New(rand.NewPCG(seed, 0)), slices.Clone(faults)
	return func(Call) Fault {
		if lot.Float64() >= share || len(faults) == 0 {
			return Fault{}
		}
		return faults[lot.IntN(len(faults))]
	}
}
