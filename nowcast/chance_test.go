package nowcast

import (
	"math"
	"testing"
)

// What each unit adds falls, whatever the quantiles, so that the best number
// can be found unit by unit; and it is the best of all.
func TestChance_UnitsAddLessAndLess(t *testing.T) {
	for name, quantile := range map[string]func(level float64) float64{
		"even":     func(level float64) float64 { return 10 * level },
		"constant": func(float64) float64 { return 3 },
		"zero":     func(float64) float64 { return 0 },
		"exponential": func(level float64) float64 {
			return -5 * math.Log(1-level)
		},
		"two states": func(level float64) float64 {
			if level > 0.9 {
				return 40 + level
			}
			return 5 + level
		},
	} {
		rows := make([]float32, 0, len(knots)*len(levels))
		var chances []chance
		for range knots {
			for _, level := range levels {
				rows = append(rows, float32(quantile(level)))
			}
			chances = append(chances, newChance(rows[:len(levels)]))
		}
		f := Forecast{unit: 1, rows: rows, chances: chances}
		for _, worth := range []float64{2, 30, 1000, 100_000} {
			terms := Terms{Rate: 1, Worth: worth}
			before := math.Inf(1)
			for n := 1; n < 200; n++ {
				if gain := f.gain(1, n, terms); gain > before+1e-9*worth {
					t.Fatalf("%s: unit %d gains %v and the one before it %v", name, n, gain, before)
				} else {
					before = gain
				}
			}
			best, most := 0, math.Inf(-1)
			for l := median; l < len(levels); l++ {
				n := math.Ceil(quantile(levels[l]) - 1e-9)
				if v := worth*levels[l] - n; v > most {
					best, most = int(n), v
				}
			}
			want := int(f.Want(1, terms))
			if v := worth*f.chance(1, float64(want)) - float64(want); v < most-1e-3 {
				t.Errorf("%s, worth %v: got %d units of value %v, and %d are worth %v", name, worth, want, v, best, most)
			}
		}
	}
}
