package pipeline

import (
	"context"
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// TestInitialStates_AllCallersAgree: an offline plan, the replay of a past plan by which
// models are compared, and a simulation start with the same units.
func TestInitialStates_AllCallersAgree(t *testing.T) {
	nan := math.NaN()
	for name, test := range map[string]struct {
		values []float64 // by the quarter of an hour
		want   capacity.Units
	}{
		"the peak of the last hour": {[]float64{900, 250, 410, 300, 100}, 5},
		"a gap at the end":          {[]float64{900, 250, 410, 300, 100, nan, nan}, 5},
		"a gap inside":              {[]float64{900, 250, nan, 300, 100}, 3},
		"a dip below min":           {[]float64{900, 10, 10, 10, 10}, 2},
		"more than max":             {[]float64{9000, 9000}, 20},
	} {
		t.Run(name, func(t *testing.T) {
			s := capacity.Series{Start: noon, Step: 15 * time.Minute, Values: test.values}
			p := capacity.Policy{
				Service:   "web",
				Demand:    capacity.Demand{Aggregate: capacity.Mean, Step: s.Step, Timezone: "UTC"},
				Forecast:  capacity.Outlook{Horizon: 24 * time.Hour, ByCost: true},
				Pools:     []capacity.Pool{{Name: "a", Target: "sim://web", UnitRate: 100, Min: 2, Max: 20, Price: 1, LeadTime: 2 * time.Hour}},
				Objective: capacity.Objective{Missing: 40},
			}
			states, _ := InitialStates(p, s)
			if states[0].Units != test.want {
				t.Errorf("an offline plan starts with %d units, want %d", states[0].Units, test.want)
			}

			// More is asked for at once, and serves after the lead time.
			f := capacity.Forecast{Model: "m", Start: s.End(), Step: s.Step, Levels: []float64{0.5}, Values: [][]float64{{9000, 9000}}}
			replayed, err := Costing(p, s).Plan(f, 0.9)
			if err != nil {
				t.Fatal(err)
			}
			if replayed.Units[0] != float64(test.want) {
				t.Errorf("a replayed plan starts with %v units, want %d", replayed.Units[0], test.want)
			}

			load := s
			load.Values = append(append([]float64(nil), s.Values...), 300)
			simulation, err := simulate.New(simulate.Case{Load: load, From: s.Len(), Pool: p.Pools[0]})
			if err != nil {
				t.Fatal(err)
			}
			run, err := simulation.Run(context.Background(), simulate.Planned{Slots: []simulate.Slot{{At: noon, Units: 20}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := run.Ready[len(run.Ready)-1]; got != int32(test.want) {
				t.Errorf("a simulation starts with %d units, want %d", got, test.want)
			}
		})
	}
}
