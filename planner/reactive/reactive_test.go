package reactive_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/reactive"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// minutes measures load each minute, with what the strategy asked for before.
func minutes(units capacity.Units, loads []float64, decide func(reactive.Measurement) capacity.Units) []capacity.Units {
	var asked []capacity.Units
	for i, load := range loads {
		units = decide(reactive.Measurement{At: noon.Add(time.Duration(i) * time.Minute), Load: load, UnitRate: 10, Units: units, Serving: units})
		asked = append(asked, units)
	}
	return asked
}

func TestDynamicUnits(t *testing.T) {
	nan := math.NaN()
	for name, test := range map[string]struct {
		d     reactive.Dynamic
		start capacity.Units
		loads []float64
		want  []capacity.Units
	}{
		"up at once, to the target of 0.7":       {start: 2, loads: []float64{70}, want: []capacity.Units{10}},
		"a tenth from the target is near enough": {start: 10, loads: []float64{76.9, 63.1, 77.1}, want: []capacity.Units{10, 10, 12}},
		"down after five minutes":                {start: 10, loads: []float64{70, 35, 35, 35, 35, 35}, want: []capacity.Units{10, 10, 10, 10, 10, 5}},
		"down to the highest of them":            {start: 10, loads: []float64{70, 35, 56, 35, 35, 35, 35, 35}, want: []capacity.Units{10, 10, 10, 10, 10, 8, 8, 5}},
		"no hold":                                {d: reactive.Dynamic{Hold: -1}, start: 10, loads: []float64{35, 70}, want: []capacity.Units{5, 10}},
		"no tolerance":                           {d: reactive.Dynamic{Tolerance: -1, Target: 1}, start: 10, loads: []float64{100, 100.1}, want: []capacity.Units{10, 11}},
		"no measurement":                         {start: 10, loads: []float64{nan, math.Inf(1), -1}, want: []capacity.Units{10, 10, 10}},
		"from nothing":                           {start: 0, loads: []float64{0, 7}, want: []capacity.Units{0, 1}},
		"to nothing":                             {d: reactive.Dynamic{Hold: -1}, start: 3, loads: []float64{0}, want: []capacity.Units{0}},
	} {
		t.Run(name, func(t *testing.T) {
			var wants reactive.Wants
			got := minutes(test.start, test.loads, func(m reactive.Measurement) (units capacity.Units) {
				units, wants = test.d.Units(m, wants)
				return units
			})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("units (-want +got):\n%s", diff)
			}
		})
	}
}

func TestThresholdUnits(t *testing.T) {
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html:
	// of 10 units, at 60 one is added; at 70 three (30 % of 11 is 3.3); at 40 one
	// goes (10 % of 14 is 1.4); at 30 three go (30 % of 13 is 3.9).
	aws := reactive.Threshold{
		Up:       []reactive.Step{{Bound: 0.6, Share: 0.1}, {Bound: 0.7, Share: 0.3}},
		Down:     []reactive.Step{{Bound: 0.4, Share: 0.1}, {Bound: 0.3, Share: 0.3}},
		Cooldown: -1,
	}
	for name, test := range map[string]struct {
		t     reactive.Threshold
		start capacity.Units
		loads []float64
		want  []capacity.Units
	}{
		"the example of AWS":   {aws, 10, []float64{60, 77, 56, 39, 50}, []capacity.Units{11, 14, 13, 10, 10}},
		"less than one is one": {aws, 2, []float64{12}, []capacity.Units{3}},
		"in the band":          {reactive.Threshold{}, 10, []float64{79, 51}, []capacity.Units{10, 10}},
		"defaults":             {reactive.Threshold{}, 20, []float64{160}, []capacity.Units{22}},
		// The same page, on units that warm up: at 70 in the meantime three are
		// added to the 10, which makes 13. And then no more.
		"a larger step in the cooldown": {reactive.Threshold{}, 10, []float64{80, 110, 200, 200}, []capacity.Units{11, 13, 13, 13}},
		"nothing falls in the cooldown": {reactive.Threshold{}, 10, []float64{80, 5, 5, 5, 5, 5}, []capacity.Units{11, 11, 11, 11, 11, 10}},
		"up at once after down":         {reactive.Threshold{}, 10, []float64{40, 81}, []capacity.Units{9, 10}},
		"whole units":                   {reactive.Threshold{Up: []reactive.Step{{Bound: 0.8, Units: 4}}}, 10, []float64{90}, []capacity.Units{14}},
		"no measurement":                {reactive.Threshold{}, 10, []float64{math.NaN()}, []capacity.Units{10}},
		"nothing serves":                {reactive.Threshold{}, 0, []float64{5}, []capacity.Units{1}},
		"not below nothing":             {reactive.Threshold{}, 0, []float64{0}, []capacity.Units{0}},
	} {
		t.Run(name, func(t *testing.T) {
			var changed reactive.Changed
			got := minutes(test.start, test.loads, func(m reactive.Measurement) (units capacity.Units) {
				units, changed = test.t.Units(m, changed)
				return units
			})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("units (-want +got):\n%s", diff)
			}
		})
	}
}

// A floor runs what its strategies alone would, whatever a plan runs beside.
func TestFloor(t *testing.T) {
	both := capacity.Floor{Dynamic: 0.7, Threshold: true}
	for name, test := range map[string]struct {
		floor capacity.Floor
		loads []float64
		want  []capacity.Units
	}{
		"dynamic":            {capacity.Floor{Dynamic: 0.7}, []float64{70, 140, 140}, []capacity.Units{10, 20, 20}},
		"no more than most":  {capacity.Floor{Dynamic: 0.7}, []float64{70, 1400}, []capacity.Units{10, 40}},
		"not the plan's":     {capacity.Floor{Dynamic: 0.7}, []float64{14, 14}, []capacity.Units{2, 2}},
		"threshold":          {capacity.Floor{Threshold: true}, []float64{70, 85, 85}, []capacity.Units{10, 11, 11}},
		"the higher of both": {both, []float64{70, 85, 70}, []capacity.Units{10, 13, 11}},
		"not known":          {both, []float64{70, math.NaN()}, []capacity.Units{10, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			var memory reactive.Memory
			for i, load := range test.loads {
				m := reactive.Measurement{At: noon.Add(time.Duration(i) * 10 * time.Minute), Load: load, UnitRate: 10, Units: 10, Serving: 10}
				var got capacity.Units
				if got, memory = reactive.Floor(test.floor, m, 40, memory); got != test.want[i] {
					t.Errorf("at load %v: got %d units, want %d", load, got, test.want[i])
				}
			}
		})
	}
}

func ExampleDynamic() {
	m := reactive.Measurement{At: noon, Load: 700, UnitRate: 50, Units: 10, Serving: 10}
	units, _ := reactive.Dynamic{Target: 0.7}.Units(m, nil)
	fmt.Println(units)
	// Output: 20
}

func ExampleThreshold() {
	m := reactive.Measurement{At: noon, Load: 450, UnitRate: 50, Units: 10, Serving: 10}
	units, changed := reactive.Threshold{}.Units(m, reactive.Changed{})
	fmt.Println(units, changed.From, changed.To)
	// Output: 11 10 11
}
