package policyfile

import (
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/pipeline"
)

// TestSpellUnits: gaps at the end, such as masked measurements, do not count; the hour
// is the last one that was measured.
func TestSpellUnits(t *testing.T) {
	start, gap := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC), math.NaN()
	p := capacity.Policy{Demand: capacity.Demand{Aggregate: capacity.Mean}}
	for name, test := range map[string]struct {
		values []float64
		want   string
		end    int // steps after the start
	}{
		"measured":     {[]float64{900, 10, 20, 30}, "3 units run", 4},
		"one unit":     {[]float64{900, 10, 10, 10}, "1 unit runs", 4},
		"masked spike": {[]float64{900, 10, 20, gap}, "90 units run", 3},
		"older":        {[]float64{900, 10, 20, 30, gap, gap, gap, gap}, "3 units run", 4},
		"nothing":      {[]float64{gap, gap}, "0 units run", 0},
	} {
		p.Pools = []capacity.Pool{{Name: "g5", UnitRate: 10, Max: 100}}
		s := capacity.Series{Start: start, Step: 20 * time.Minute, Values: test.values}
		states, end := pipeline.InitialStates(p, s)
		if got := SpellUnits(states, p.Pools); got != test.want || !end.Equal(s.At(test.end)) {
			t.Errorf("%s: got %q up to %v, want %q up to %v", name, got, end, test.want, s.At(test.end))
		}
	}
}
