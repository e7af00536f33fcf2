package capacity_test

import (
	"fmt"
	"testing"
	"time"

	"headroom/capacity"
)

func TestPoolPlan_Runs(t *testing.T) {
	start := time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC)
	var p capacity.PoolPlan
	for i, s := range []capacity.Step{
		{Units: 40, Need: 39.5, Why: capacity.Why{Reason: capacity.ReasonDemand, Text: "39.5"}},
		{Units: 40, Need: 39.8, Why: capacity.Why{Reason: capacity.ReasonPrice, Text: "39.8"}},
		{Units: 40, Need: 41.2, Why: capacity.Why{Reason: capacity.ReasonMax, Text: "held at max, 41.2"}},
		{Units: 40, Need: 43.8, Why: capacity.Why{Reason: capacity.ReasonMax, Text: "held at max, 43.8"}},
		{Units: 40, Need: 39.9, Why: capacity.Why{Reason: capacity.ReasonDemand, Text: "39.9"}},
		{Units: 38, Need: 37, Why: capacity.Why{Reason: capacity.ReasonDemand, Text: "37"}},
	} {
		s.Start = start.Add(time.Duration(i) * time.Hour)
		p.Steps = append(p.Steps, s)
	}
	var got []string
	for _, r := range p.Runs(time.Hour) {
		got = append(got, fmt.Sprintf("%s to %s: %d, %g, %s", r.From.Format("15:04"), r.To.Format("15:04"), r.Units, r.Need, r.Why.Text))
	}
	want := []string{
		"22:00 to 00:00: 40, 39.8, 39.5",
		"00:00 to 02:00: 40, 43.8, held at max, 43.8",
		"02:00 to 03:00: 40, 39.9, 39.9",
		"03:00 to 04:00: 38, 37, 37",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

func TestPlan_Alternatives(t *testing.T) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	steps := func(units ...capacity.Units) (all []capacity.Step) {
		for i, n := range units {
			all = append(all, capacity.Step{Start: start.Add(time.Duration(i) * time.Hour), Units: n})
		}
		return all
	}
	p := capacity.Plan{Made: start, Start: start, Step: time.Hour, Pools: []capacity.PoolPlan{{Steps: steps(4, 6, 2)}, {Steps: steps(0, 1, 5)}}}
	pools := []capacity.Pool{{Price: 2, Paid: 1}, {Price: 0.5}}
	if units, cost := p.StaticPeak(pools); units != 7 || cost != 3*(5*2+0.5) {
		t.Errorf("static peak: got %d units for %g, want 7 for 31.5", units, cost)
	}
	if units, cost, known := p.Kept(pools, []capacity.State{{Units: 3}, {Units: 4}}); units != 7 || cost != 3*(2*2+4*0.5) || !known {
		t.Errorf("kept: got %d units for %g (%t), want 7 for 18", units, cost, known)
	}
	p.Made = start.Add(30 * time.Minute) // half an hour of the first step is over
	if _, cost, _ := p.Kept(pools, []capacity.State{{Units: 3}, {Units: 4}}); cost != 2.5*6 {
		t.Errorf("kept from within the first step: got %g, want 15", cost)
	}
	if _, _, known := p.Kept(pools, nil); known {
		t.Error("kept: what runs is not known")
	}
	if units, _ := (capacity.Plan{}).StaticPeak(nil); units != 0 {
		t.Errorf("no plan: got %d units", units)
	}
}
