package pipeline

import (
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// The forecast asks for one unit, and three run. At a target of 50 % a load of
// 250 asks for five, which serve after the lead time of an hour.
func TestBuild_Floor(t *testing.T) {
	nan := math.NaN()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	in := planner.Input{
		Policy: capacity.Policy{
			Service: "web", Demand: capacity.Demand{Aggregate: capacity.Mean, Step: 30 * time.Minute, Timezone: "UTC"},
			Pools:     []capacity.Pool{{Name: "a", Target: "sim://web", UnitRate: 100, Min: 1, Max: 9, Price: 1, LeadTime: time.Hour}},
			Objective: capacity.Objective{Missing: 40},
		},
		Forecast: capacity.Forecast{Model: "m", Start: now, Step: 30 * time.Minute, Levels: []float64{0.5}, Values: [][]float64{{90, 90, 90, 90}}},
		States:   []capacity.State{{Units: 3, Serving: 3}}, Now: now,
	}
	for name, test := range map[string]struct {
		floor  capacity.Floor
		values []float64 // by the half hour
		until  time.Time
		want   capacity.Units // in the third step
	}{
		"no floor":             {capacity.Floor{}, []float64{100, 250}, now, 1},
		"the last load":        {capacity.Floor{Dynamic: 0.5}, []float64{100, 250}, now, 5},
		"a gap after it":       {capacity.Floor{Dynamic: 0.5}, []float64{250, nan}, now, 5},
		"too long ago":         {capacity.Floor{Dynamic: 0.5}, []float64{250, nan, nan}, now, 3},
		"a history that ended": {capacity.Floor{Dynamic: 0.5}, []float64{250}, now.Add(-time.Hour), 3},
		"what is yet to come":  {capacity.Floor{Dynamic: 0.5}, []float64{250, 900, 900}, now.Add(time.Hour + time.Minute), 5},
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			in.Policy.Control.Floor = test.floor
			s := capacity.Series{Step: 30 * time.Minute, Values: test.values}
			s.Start = test.until.Add(-time.Duration(s.Len()) * s.Step)
			p, err := build(in, s)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Pools[0].Steps[2].Units; got != test.want {
				t.Errorf("got %d units when what is asked for now serves, want %d", got, test.want)
			}
		})
	}
	in.Policy.Pools = nil
	if _, err := build(in, capacity.Series{}); err == nil {
		t.Error("no pools: got no error")
	}
}
