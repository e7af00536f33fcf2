package planner_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner"
)

// Units take ten minutes, two steps, to come up. One serves a load of 1, and at
// a target of 50 % half of that.
func TestRaise(t *testing.T) {
	dynamic := capacity.Floor{Dynamic: 0.5}
	for name, test := range map[string]struct {
		floor  capacity.Floor
		change func(in *planner.Input)
		load   float64
		demand []float64
		want   []int // from 4 units on
	}{
		"the load of now is higher": {dynamic, nil, 5, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 10, 4, 4, 4}},
		"nothing is released":       {dynamic, nil, 1.5, []float64{1, 1, 1, 1, 1, 1}, []int{3, 3, 3, 1, 1, 1}},
		"the plan is higher":        {dynamic, nil, 2, []float64{4, 4, 6, 6, 6, 6}, []int{4, 4, 6, 6, 6, 6}},
		"needed again too soon":     {dynamic, nil, 5, []float64{4, 4, 4, 4, 6, 6}, []int{4, 4, 10, 6, 6, 6}},
		"without a floor":           {capacity.Floor{}, nil, 5, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 4, 4, 4, 4}},
		"the load is not known":     {dynamic, nil, math.NaN(), []float64{1, 1, 1, 1, 1, 1}, []int{4, 4, 4, 1, 1, 1}},
		// Four of four are busy: from 95 % on three tenths more, rounded down, one.
		"threshold":             {capacity.Floor{Threshold: true}, nil, 4, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 5, 4, 4, 4}},
		"the higher of the two": {capacity.Floor{Dynamic: 0.5, Threshold: true}, nil, 4, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 8, 4, 4, 4}},
		"max binds":             {dynamic, func(in *planner.Input) { in.Policy.Pools[0].Max = 7 }, 5, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 7, 4, 4, 4}},
		"ramps bind":            {dynamic, func(in *planner.Input) { in.Policy.Pools[0].Ramp = ramp(3, 2) }, 5, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 7, 5, 4, 4}},
		"in a freeze": {dynamic, func(in *planner.Input) {
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon, To: noon.Add(time.Minute)}}}
		}, 5, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 4, 4, 4, 4}},
		"a freeze until then": {dynamic, func(in *planner.Input) {
			in.Policy.Control.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: noon.Add(15 * time.Minute), To: noon.Add(time.Hour)}}}
		}, 5, []float64{4, 4, 4, 4, 4, 4}, []int{4, 4, 10, 10, 10, 10}},
		"ends within a lead time": {dynamic, nil, 5, []float64{4, 4}, []int{4, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			in := planner.Input{Policy: policyOf(0, 20, 1, 9), Forecast: certain(test.demand...), States: []capacity.State{{Units: 4, Serving: 4}}, Now: noon}
			in.Policy.Pools[0].LeadTime = 10 * time.Minute
			in.Policy.Control.Floor = test.floor
			if test.change != nil {
				test.change(&in)
			}
			before := build(t, in)
			got := planner.Raise(in, before, test.load)
			checkPlan(t, in, got)
			if diff := cmp.Diff(test.want, unitsOf(got)); diff != "" {
				t.Fatalf("units (-want +got):\n%s", diff)
			}
			if same := slices.Equal(unitsOf(before), unitsOf(got)); same != (got.ID == before.ID) || same != cmp.Equal(before, got) {
				t.Errorf("got %+v, want another plan with another ID only where it is raised", got)
			}
			for i, s := range got.Pools[0].Steps {
				if raised := s.Units > before.Pools[0].Steps[i].Units; raised != (s.Why.Reason == capacity.ReasonFloor) {
					t.Errorf("step %d runs %d instead of %d because of %q", i, s.Units, before.Pools[0].Steps[i].Units, s.Why.Reason)
				}
			}
		})
	}
}

// ramp allows so many units up and down at each step.
func ramp(up, down capacity.Units) capacity.Ramp {
	return capacity.Ramp{Up: capacity.Rate{Units: up, Per: 5 * time.Minute}, Down: capacity.Rate{Units: down, Per: 5 * time.Minute}}
}

func TestRaise_Says(t *testing.T) {
	in := planner.Input{Policy: policyOf(0, 20, 1, 9), Forecast: certain(4, 4, 4), States: []capacity.State{{Units: 4, Serving: 4}}, Now: noon}
	in.Policy.Pools[0].LeadTime = 5 * time.Minute
	in.Policy.Pools[0].Ramp.Down = capacity.Rate{Units: 4, Per: 5 * time.Minute}
	in.Policy.Control.Floor = capacity.Floor{Dynamic: 0.5, Threshold: true}
	p := planner.Raise(in, build(t, in), 5)
	var got []string
	for _, s := range p.Pools[0].Steps {
		got = append(got, s.Why.Text)
	}
	want := []string{
		"forecast P50 is 4: 4 units at 1",
		"the floor (dynamic at 50%, threshold) asks for 10 at the load of now, 5: the plan alone would run 4",
		"on the way down from the 10 that the floor asked for, the plan alone would run 4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
	note := "the floor (dynamic at 50%, threshold) asks for 10 at the load of now: 2 steps higher than planned for"
	if !strings.Contains(strings.Join(p.Notes, "\n"), note) {
		t.Errorf("got notes %q, want %q", p.Notes, note)
	}
	// 4, 10 and 6 units for five minutes each.
	if math.Abs(p.Expect.UnitHours-20.0/12) > 1e-12 || p.Expect.Peak != 10 {
		t.Errorf("got %+v, want %v unit-hours and a peak of 10", p.Expect, 20.0/12)
	}
}

// A raised plan carries itself out, and is nowhere below the plan.
func TestRaise_CarriesItselfOut(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 11))
	raised := 0
	for range 5000 {
		in := randomInput(r, 12, 8)
		in.Policy.Control.Floor = pick(r, capacity.Floor{Dynamic: 0.7}, capacity.Floor{Threshold: true}, capacity.Floor{Dynamic: 1, Threshold: true})
		in.States[0].Units = min(max(in.States[0].Units, in.Policy.Pools[0].Min), in.Policy.Pools[0].Max)
		before := build(t, in)
		got := planner.Raise(in, before, 9*r.Float64())
		checkPlan(t, in, got)
		for i, s := range got.Pools[0].Steps {
			if s.Units < before.Pools[0].Steps[i].Units || s.Units > in.Policy.Pools[0].Max {
				t.Fatalf("got %v over the plan %v, with max %d", unitsOf(got), unitsOf(before), in.Policy.Pools[0].Max)
			}
		}
		if got.ID != before.ID {
			raised++
		}
	}
	if raised < 900 {
		t.Errorf("got %d raised plans of 5000, too few to tell", raised)
	}
}
