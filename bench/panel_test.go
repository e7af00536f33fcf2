package main

import (
	"testing"

	"headroom/capacity"
)

// A task is forecast with the series of its suite as they were at the same
// origin, counted along each.
func TestPanels(t *testing.T) {
	s := suite{step: 3600e9, horizon: 1, season: 24, seasons: []int{24}}
	rising := func(n int) capacity.Series {
		c := capacity.Series{Start: start, Step: s.step}
		for i := range n {
			c.Values = append(c.Values, float64(i%24+n))
		}
		return c
	}
	for i := range 3 {
		s.series = append(s.series, "")
		for _, n := range []int{200, 300} {
			s.tasks = append(s.tasks, task{series: i, context: rising(n + i)})
		}
	}
	all := panels(s)
	if len(all) != len(s.tasks) {
		t.Fatalf("got panels of %d tasks, want %d", len(all), len(s.tasks))
	}
	for i, o := range s.tasks {
		same := all[originOf(o)].single == all[originOf(s.tasks[i%2])].single
		other := all[originOf(o)].single == all[originOf(s.tasks[1-i%2])].single
		if !same || other {
			t.Errorf("task %d: shares the panel of its own origin: %v, of the other: %v, want true, false", i, same, other)
		}
	}
}
