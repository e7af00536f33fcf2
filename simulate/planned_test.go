package simulate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/simulate"
)

// TestPlanned: slots in any order, multiplied and rounded up, above the floor.
func TestPlanned(t *testing.T) {
	p := simulate.Planned{
		Slots: []simulate.Slot{{monday.Add(time.Minute), 2}, {monday.Add(30 * time.Second), 4}},
		Floor: script{asks: []capacity.Units{1, 1, 1, 1, 1, 5, 0}},
	}
	c := simulate.Case{Load: load(steady(8, 5)...), Pool: pool(), Start: 1}
	for setting, want := range map[float64][]int32{
		1:    {1, 1, 4, 4, 2, 5, 2, 2},
		1.25: {1, 1, 5, 5, 3, 5, 3, 3},
	} {
		if diff := cmp.Diff(want, mustRun(t, c, p.With(setting)).Asked); diff != "" {
			t.Errorf("times %v (-want +got):\n%s", setting, diff)
		}
	}
}

func ExamplePlanned() {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, err := simulate.New(simulate.Case{
		Load:  capacity.Series{Start: start, Step: time.Minute, Values: []float64{10, 10, 30, 30, 10}},
		Pool:  capacity.Pool{UnitRate: 10, Price: 3, LeadTime: time.Minute},
		Drain: -1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := s.Run(context.Background(), simulate.Planned{Slots: []simulate.Slot{
		{At: start, Units: 1}, {At: start.Add(time.Minute), Units: 3}, {At: start.Add(4 * time.Minute), Units: 1},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	score := run.Score()
	fmt.Printf("%d actions, %g minutes missing, cost %.2f\n", score.Actions, score.Violation, score.Cost)
	// Output: 2 actions, 0 minutes missing, cost 0.55
}
