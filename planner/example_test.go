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
	// 2 demand    forecast P97.5 is 183/s: 2 units at 120/s, from 08:04 (requested now)
	//  4 ramp up   climbing towards 6 by 08:20, at most 2 per 10m (needs 2 now)
	//  6 demand    forecast P97.5 is 667/s: 6 units at 120/s
	//  8 ramp up   climbing towards 12 by 08:50, at most 2 per 10m (needs 9 now)
	// 10 ramp up   climbing towards 12 by 08:50, at most 2 per 10m (needs 12 now)
	// 12 max       needs 13, held at max 12: forecast P97.5 is 1583/s
	//  8 ramp down needs 2, runs 8: the number may change by at most 4 per 15m
	//  8 ramp down needs 2, runs 8: the number may change by at most 4 per 15m
	// 00:00 1 to 2 4fb2a8d66599/g5/2026-03-02T00:04:00Z
	// 00:06 2 to 4 4fb2a8d66599/g5/2026-03-02T00:10:00Z
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
	// **chat**: Mon 2 Mar 08:00 to Mon 2 Mar 09:20 (Asia/Shanghai), P97.5, model seasonal naive, plan `4fb2a8d66599`
	//
	// Peak 12, 9.6 unit-hours for 9.6; expected: 11.2 min short, 0.1 unit-hours missing (4.11).
	//
	// | g5 | units | why |
	// |---|---:|---|
	// | Mon 08:00–08:10 | 2 | forecast P97.5 is 183/s: 2 units at 120/s, from 08:04 (requested now) |
	// | Mon 08:10–08:20 | 4 | climbing towards 6 by 08:20, at most 2 per 10m (needs 2 now) |
	// | Mon 08:20–08:30 | 6 | forecast P97.5 is 667/s: 6 units at 120/s |
	// | Mon 08:30–08:40 | 8 | climbing towards 12 by 08:50, at most 2 per 10m (needs 9 now) |
	// | Mon 08:40–08:50 | 10 | climbing towards 12 by 08:50, at most 2 per 10m (needs 12 now) |
	// | Mon 08:50–09:00 | 12 | needs 13, held at max 12: forecast P97.5 is 1583/s |
	// | Mon 09:00–09:20 | 8 | needs 2, runs 8: the number may change by at most 4 per 15m |
	//
	// - current size 1 is outside min 2 / max 12: moving into range as fast as ramps and lead time allow
	// - max keeps the plan below what the demand asks for in 1 of 8 steps, most at 08:50: needs 13, runs 12
	// - ramp up keeps the plan below what the demand asks for in 2 of 8 steps, most at 08:40: needs 12, runs 10
}
