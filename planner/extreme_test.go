package planner_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner"
)

func TestBuild_Extremes(t *testing.T) {
	level := capacity.Objective{ServiceLevel: 0.999}
	tests := map[string]struct {
		change func(*planner.Input)
		want   []int
	}{
		"plain":            {func(*planner.Input) {}, []int{2, 5, 3}},
		"free units stay":  {func(in *planner.Input) { in.Policy.Pools[0].Price = 0; in.States[0].Units = 7 }, []int{7, 7, 7}},
		"huge missing":     {func(in *planner.Input) { in.Policy.Objective.Missing = 1e15 }, []int{2, 5, 3}},
		"tiny price":       {func(in *planner.Input) { in.Policy.Pools[0].Price = 1e-300 }, []int{2, 5, 3}},
		"missing is cheap": {func(in *planner.Input) { in.Policy.Objective.Missing = 0.5 }, []int{1, 1, 1}},
		"min is max":       {func(in *planner.Input) { in.Policy.Pools[0].Min, in.Policy.Pools[0].Max = 4, 4 }, []int{4, 4, 4}},
		"to zero":          {func(in *planner.Input) { in.Policy.Pools[0].Min, in.Policy.Pools[0].Max = 0, 0 }, []int{0, 0, 0}},
		"one step":         {func(in *planner.Input) { in.Forecast = certain(3) }, []int{3}},
		"no demand":        {func(in *planner.Input) { in.Forecast = certain(0, 0) }, []int{1, 1}},
		"endless lead":     {func(in *planner.Input) { in.Policy.Pools[0].LeadTime = 100 * time.Hour; in.States[0].Units = 4 }, []int{4, 4, 3}},
		"state above max": {func(in *planner.Input) {
			in.States[0].Units = 20
			in.Policy.Pools[0].Ramp.Down = capacity.Rate{Units: 5, Per: 5 * time.Minute}
		}, []int{15, 10, 5}},
		"state below min": {func(in *planner.Input) {
			in.States[0].Units = 0
			in.Policy.Pools[0].Min = 3
			in.Policy.Pools[0].Ramp.Up = capacity.Rate{Units: 1, Per: 5 * time.Minute}
		}, []int{1, 2, 3}},
		"level":            {func(in *planner.Input) { in.Policy.Objective = level }, []int{2, 5, 3}},
		"level out of max": {func(in *planner.Input) { in.Policy.Objective = level; in.Policy.Pools[0].Max = 4 }, []int{2, 4, 3}},
		"level out of ramp": {func(in *planner.Input) {
			in.Policy.Objective = level
			in.Policy.Pools[0].Ramp.Up = capacity.Rate{Units: 1, Per: 5 * time.Minute}
		}, []int{3, 4, 3}},
		"climbs early": {func(in *planner.Input) { in.Policy.Pools[0].Ramp.Up = capacity.Rate{Units: 2, Per: 5 * time.Minute} }, []int{3, 5, 3}},
		"falls late":   {func(in *planner.Input) { in.Policy.Pools[0].Ramp.Down = capacity.Rate{Units: 1, Per: 5 * time.Minute} }, []int{2, 5, 4}},
		"dip is filled": {func(in *planner.Input) {
			in.Forecast = certain(5, 2, 5)
			in.States[0].Units = 5
			in.Policy.Pools[0].LeadTime = 5 * time.Minute
		}, []int{5, 5, 5}},
		"dip is made": {func(in *planner.Input) {
			in.Forecast = certain(5, 2, 5)
			in.States[0].Units = 5
			in.Policy.Pools[0].LeadTime = 4 * time.Minute
			in.Now = noon.Add(-time.Hour)
		}, []int{5, 2, 5}},
		"late for a step": {func(in *planner.Input) { in.Now = noon.Add(7 * time.Minute) }, []int{5, 3}},
		"huge ramp":       {func(in *planner.Input) { in.Policy.Pools[0].Ramp.Up = capacity.Rate{Units: math.MaxInt, Per: 1} }, []int{2, 5, 3}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			in := planner.Input{Policy: policyOf(1, 8, 1, 20), Forecast: certain(2, 5, 3), States: []capacity.State{{Units: 2, Serving: 2}}, Now: noon}
			tc.change(&in)
			p := build(t, in)
			if diff := cmp.Diff(tc.want, unitsOf(p)); diff != "" {
				t.Errorf("units (-want +got):\n%s%v", diff, p.Notes)
			}
		})
	}
}

func TestBuild_Notes(t *testing.T) {
	in := planner.Input{Policy: policyOf(2, 4, 1, 0.5), Forecast: certain(9), States: []capacity.State{{Units: 6, Serving: 5}}, Now: noon, Notes: []string{"fallback"}}
	got := strings.Join(build(t, in).Notes, "\n")
	for _, want := range []string{"fallback\n", "missing load is cheaper than a unit", "asked for 6 and 5 serve", "outside min 2 / max 4"} {
		if !strings.Contains(got, want) {
			t.Errorf("got notes %q, want one with %q", got, want)
		}
	}
	in.Policy.Objective = capacity.Objective{ServiceLevel: 0.999}
	got = strings.Join(build(t, in).Notes, "\n")
	for _, want := range []string{"asks for P99.9, but the forecast ends at P50", "max keeps the plan below what the demand asks for in 1 of 1 step, most at 12:00: needs 9, runs 4"} {
		if !strings.Contains(got, want) {
			t.Errorf("got notes %q, want one with %q", got, want)
		}
	}
}
