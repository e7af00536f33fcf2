package nowcast_test

import (
	"math/rand/v2"
	"testing"

	"headroom/nowcast"
)

// However capacity follows from the worth of a minute, it is missing in the
// promised share of the time.
func TestCare_KeepsItsPromise(t *testing.T) {
	for name, missing := range map[string]func(worth, chance float64) bool{
		"as believed":   func(worth, chance float64) bool { return chance < 1/worth },
		"overconfident": func(worth, chance float64) bool { return chance < 20/worth },
		"careful":       func(worth, chance float64) bool { return chance < 0.1/worth },
	} {
		for _, share := range []float64{0.003, 0.01, 0.1} {
			r := rand.New(rand.NewPCG(7, 7))
			care := nowcast.NewCare(share)
			const minutes = 1_200_000
			short := 0
			for range minutes {
				m := missing(care.Worth(), r.Float64())
				care.Judge(m, 1)
				if m {
					short++
				}
			}
			// By the bound of Gibbs and Candès: the range of the logarithm, 10.8,
			// over the minutes times the rate.
			if got := float64(short) / minutes; got > share+0.001 || (got < share-0.001 && name != "careful") {
				t.Errorf("%s: got %.4f of the time without capacity, promised %.4f", name, got, share)
			}
		}
	}
}
