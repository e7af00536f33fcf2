package planner_test

import (
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

// BenchmarkBuild plans two days in steps of five minutes, of up to a thousand
// units, under every kind of limit.
func BenchmarkBuild(b *testing.B) {
	in := planner.Input{Policy: policyOf(2, 1000, 1, 40), State: capacity.State{Units: 500, Serving: 500}, Now: noon}
	in.Policy.Pools[0].LeadTime = 4 * time.Minute
	in.Policy.Ramp = capacity.Ramp{Up: capacity.Rate{Units: 10, Per: 5 * time.Minute}, Down: capacity.Rate{Units: 4, Per: 15 * time.Minute}}
	in.Forecast = capacity.Forecast{Model: "sine", Start: noon, Step: 5 * time.Minute, Levels: []float64{0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975}}
	for i := range in.Forecast.Levels {
		var values []float64
		for t := range 576 {
			values = append(values, (500+400*math.Sin(float64(t)/46))*(0.8+0.05*float64(i)))
		}
		in.Forecast.Values = append(in.Forecast.Values, values)
	}
	for b.Loop() {
		if _, err := planner.Build(in); err != nil {
			b.Fatal(err)
		}
	}
}
