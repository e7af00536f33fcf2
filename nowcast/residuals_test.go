package nowcast_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"headroom/nowcast"
)

// Load that is calm by day and by night full of rare spikes: a high quantile is
// kept in both, although the spread of the noise does not tell of the spikes.
func TestNowcaster_KnowsCalmFromSpikes(t *testing.T) {
	const from, minutes = 8 * 1440, 10 * 1440
	r := rand.New(rand.NewPCG(8, 8))
	load := make([]float64, minutes)
	night := func(t int) bool { return t%1440 < 720 }
	for i := range load {
		switch {
		case !night(i):
			load[i] = 500 + 60*(2*r.Float64()-1)
		case r.Float64() < 0.04:
			load[i] = 900
		default:
			load[i] = 500 + 10*r.NormFloat64()
		}
	}
	level := slices.Index(nowcast.Levels(), 0.97)
	var above, seen [2]float64
	for i, f := range stream(t, load, from) {
		at := from + i + 4
		if at >= minutes {
			break
		}
		kind := 0
		if night(at) {
			kind = 1
		}
		seen[kind]++
		if load[at] > f.Quantile(5, level) {
			above[kind]++
		}
	}
	for kind, name := range []string{"day", "night"} {
		if share := above[kind] / seen[kind]; math.Abs(share-0.03) > 0.012 {
			t.Errorf("%s: got %.3f of the minutes above their quantile of 0.97", name, share)
		}
	}
}
