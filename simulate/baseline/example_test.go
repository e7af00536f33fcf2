package baseline_test

import (
	"context"
	"fmt"
	"time"

	"headroom/capacity"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// Load doubles at nine. Who reacts is late by the lead time; who has a timetable
// is not, where last week was the same.
func Example() {
	load := capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: 15 * time.Second}
	for i := range 14 * 5760 {
		if tick := i % 5760; tick >= 9*240 && tick < 18*240 {
			load.Values = append(load.Values, 400)
		} else {
			load.Values = append(load.Values, 200)
		}
	}
	s, err := simulate.New(simulate.Case{
		Load: load, From: 7 * 5760,
		Pool: capacity.Pool{Name: "web", UnitRate: 50, Min: 1, Max: 50, Price: 1, LeadTime: 5 * time.Minute},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range []simulate.Policy{baseline.HPA{}, baseline.Cron{}, baseline.Oracle{Truth: load}} {
		run, err := s.Run(context.Background(), p)
		if err != nil {
			fmt.Println(err)
			return
		}
		score := run.Score()
		fmt.Printf("%s: %.0f minutes missing, cost %.0f\n", score.Policy, score.Violation, score.Cost)
	}
	// Output:
	// Kubernetes HPA: 37 minutes missing, cost 1158
	// cron: 0 minutes missing, cost 927
	// oracle: 0 minutes missing, cost 927
}
