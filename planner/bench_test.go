package planner_test

import (
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// wave is a service of up to the given number of units whose demand follows the
// day, in steps of five minutes, under ramps and a lead time.
func wave(steps int, units capacity.Units) planner.Input {
	size := float64(units)
	in := planner.Input{Policy: policyOf(2, units, 1, 40), States: []capacity.State{{Units: units / 2, Serving: units / 2}}, Now: noon}
	in.Policy.Pools[0].LeadTime = 8 * time.Minute
	in.Policy.Pools[0].Ramp = capacity.Ramp{
		Up:   capacity.Rate{Units: max(2, units/50), Per: 5 * time.Minute},
		Down: capacity.Rate{Units: max(2, units/50), Per: 15 * time.Minute},
	}
	in.Forecast = capacity.Forecast{Model: "wave", Start: noon, Step: 5 * time.Minute, Levels: []float64{0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975}}
	for i := range in.Forecast.Levels {
		var values []float64
		for t := range steps {
			day := math.Sin(float64(t)/46) + 0.1*math.Sin(float64(t)/3.1)
			values = append(values, (0.5*size+0.36*size*day)*(0.8+0.05*float64(i)))
		}
		in.Forecast.Values = append(in.Forecast.Values, values)
	}
	return in
}

// BenchmarkBuild plans a week and two days, under each kind of limit.
func BenchmarkBuild(b *testing.B) {
	limits := []struct {
		name string
		set  func(*planner.Input)
	}{
		{"ramps", func(*planner.Input) {}},
		{"plain", func(in *planner.Input) { in.Policy.Pools[0].Ramp, in.Policy.Pools[0].LeadTime = capacity.Ramp{}, 0 }},
		{"level", func(in *planner.Input) { in.Policy.Objective = capacity.Objective{ServiceLevel: 0.95} }},
		{"change", func(in *planner.Input) { in.Policy.Objective.Change = 0.2 }},
		{"hold", func(in *planner.Input) { in.Policy.Pools[0].Hold = 15 * time.Minute }},
		{"changes", func(in *planner.Input) { in.Policy.Pools[0].Changes = 20 }},
		{"changes-only", func(in *planner.Input) { // whose answer no toll finds
			in.Policy.Pools[0].Ramp, in.Policy.Pools[0].LeadTime, in.Policy.Pools[0].Changes = capacity.Ramp{}, 0, 13
		}},
		{"budget", func(in *planner.Input) {
			in.Policy.Objective.Budget = capacity.Budget{Amount: 10 * float64(in.Policy.Pools[0].Max), Per: capacity.Day}
		}},
	}
	for _, steps := range []int{2016, 576} {
		for _, units := range []capacity.Units{100, 1000} {
			for _, l := range limits {
				b.Run(fmt.Sprintf("steps=%d/units=%d/%s", steps, units, l.name), func(b *testing.B) {
					in := wave(steps, units)
					l.set(&in)
					before := processor(b)
					for b.Loop() {
						if _, err := planner.Build(in); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-ms/op")
				})
			}
		}
	}
}

// BenchmarkFleet plans two days of one service after the other, no two alike,
// on as many processors as there are.
func BenchmarkFleet(b *testing.B) {
	var fleet []planner.Input
	for i := range 64 {
		in := wave(576, capacity.Units(20+3*i))
		in.Policy.Pools[0].LeadTime = time.Duration(i%4) * 5 * time.Minute
		if i%2 == 1 {
			in.Policy.Objective = capacity.Objective{ServiceLevel: 0.95}
		}
		fleet = append(fleet, in)
	}
	next, before := atomic.Int64{}, processor(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := planner.Build(fleet[int(next.Add(1))%len(fleet)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-ms/op")
}
