package planner_test

import (
	"fmt"
	"time"

	"headroom/capacity"
	"headroom/planner"
)

func morning() planner.Input {
	return planner.Input{
		Policy: capacity.Policy{
			Service:   "chat",
			Demand:    capacity.Demand{Aggregate: capacity.Sum, Step: 10 * time.Minute, Timezone: "Asia/Shanghai"},
			Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: 120, Min: 2, Max: 12, Price: 1, LeadTime: 4 * time.Minute, Ramp: capacity.Ramp{Up: capacity.Rate{Units: 2, Per: 10 * time.Minute}, Down: capacity.Rate{Units: 4, Per: 15 * time.Minute}}}},
			Objective: capacity.Objective{Missing: 40},
		},
		Forecast: capacity.Forecast{
			Model: "seasonal naive", Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: 10 * time.Minute,
			Levels: []float64{0.1, 0.5, 0.9, 0.975},
			Values: [][]float64{
				{60e3, 70e3, 300e3, 400e3, 600e3, 700e3, 60e3, 60e3},
				{80e3, 90e3, 350e3, 500e3, 700e3, 800e3, 70e3, 70e3},
				{100e3, 110e3, 380e3, 600e3, 800e3, 900e3, 80e3, 80e3},
				{110e3, 120e3, 400e3, 650e3, 850e3, 950e3, 90e3, 90e3},
			},
		},
		States: []capacity.State{{Units: 1, Serving: 1}},
		Now:    time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
	}
}

func ExampleBuild() {
	plan, err := planner.Build(morning())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range plan.Pools[0].Steps {
		fmt.Printf("%2d %-9s %s\n", s.Units, s.Why.Reason, s.Why.Text)
	}
	for _, a := range plan.Actions[:2] {
		fmt.Println(a.At.Format("15:04"), a.From, "to", a.Units, a.ID)
	}
	// Output:
	// 1 lead time wants 2, has 1: first new unit can serve from 08:04 (lead time 4m)
	//  3 ramp up   climbing towards 11 by 08:50, at most 2 per 10m (wants 2 now)
	//  5 ramp up   climbing towards 11 by 08:50, at most 2 per 10m (wants 6 now)
	//  7 ramp up   climbing towards 11 by 08:50, at most 2 per 10m (wants 9 now)
	//  9 ramp up   climbing towards 11 by 08:50, at most 2 per 10m (wants 12 now)
	// 11 ramp up   wants 13, runs 11: the number may change by at most 2 per 10m
	//  7 ramp down wants 2, runs 7: the number may change by at most 4 per 15m
	//  7 ramp down wants 2, runs 7: the number may change by at most 4 per 15m
	// 00:06 1 to 3 12948d216427/g5/2026-03-02T00:10:00Z
	// 00:16 3 to 5 12948d216427/g5/2026-03-02T00:20:00Z
}

func ExampleSummary() {
	in := morning()
	plan, err := planner.Build(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(planner.Summary(plan, in.Policy))
	// Output:
	// **chat**: Mon 2 Mar 08:00 to Mon 2 Mar 09:20 (Asia/Shanghai), P97.5, model seasonal naive, plan `12948d216427`
	//
	// Peak 11, 8.33 unit-hours for 8.33; expected: 27.5 min short, 0.35 unit-hours missing (13.9).
	//
	// | g5 | units | why |
	// |---|---:|---|
	// | Mon 08:00–08:10 | 1 | wants 2, has 1: first new unit can serve from 08:04 (lead time 4m) |
	// | Mon 08:10–08:20 | 3 | climbing towards 11 by 08:50, at most 2 per 10m (wants 2 now) |
	// | Mon 08:20–08:30 | 5 | climbing towards 11 by 08:50, at most 2 per 10m (wants 6 now) |
	// | Mon 08:30–08:40 | 7 | climbing towards 11 by 08:50, at most 2 per 10m (wants 9 now) |
	// | Mon 08:40–08:50 | 9 | climbing towards 11 by 08:50, at most 2 per 10m (wants 12 now) |
	// | Mon 08:50–09:00 | 11 | wants 13, runs 11: the number may change by at most 2 per 10m |
	// | Mon 09:00–09:20 | 7 | wants 2, runs 7: the number may change by at most 4 per 15m |
	//
	// - the target was asked for 1, outside 2 to 12: moving inside as fast as ramps and lead time allow
	// - lead time keeps the plan below what the demand asks for in 1 of 8 steps, most at 08:00: wants 2, runs 1
	// - ramp up keeps the plan below what the demand asks for in 4 of 8 steps, most at 08:40: wants 12, runs 9
}
