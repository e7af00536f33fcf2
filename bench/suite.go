package main

import (
	"time"

	"headroom/capacity"
)

// A suite is forecasts to be made and what they are measured by.
type suite struct {
	name    string
	title   string
	step    time.Duration
	horizon int
	season  int   // steps: the season of MASE and of the seasonal naive forecast
	seasons []int // steps: what models are told
	series  []string
	tasks   []task
	blocks  []block // of the horizon, whose errors are reported apart
	parts   []block // of the horizon, whose coverage is reported apart
	notes   []string
}

// A task is one forecast to be made: of a series from one origin.
type task struct {
	series  int // its place in suite.series
	context capacity.Series
	actual  []float64 // what was measured afterwards; NaN is a gap
}

// A block is some steps of the horizon, [from, to).
type block struct {
	name     string
	from, to int
}

// start is the time of the first step where a source tells none. It is a
// Monday, but no model should rely on that.
var start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// keep is the suite without the series for which keep is false.
func (s suite) keep(keep func(series int) bool) suite {
	kept := s
	kept.series, kept.tasks = nil, nil
	place := make([]int, len(s.series))
	for i, name := range s.series {
		if keep(i) {
			place[i] = len(kept.series)
			kept.series = append(kept.series, name)
		}
	}
	for _, t := range s.tasks {
		if keep(t.series) {
			t.series = place[t.series]
			kept.tasks = append(kept.tasks, t)
		}
	}
	return kept
}

// half is every second series: a is the first, third and so on of the list, b
// the others. What was tuned on one half can be judged on the other.
func (s suite) half(name string) suite {
	switch name {
	case "a":
		return s.keep(func(i int) bool { return i%2 == 0 })
	case "b":
		return s.keep(func(i int) bool { return i%2 == 1 })
	}
	return s
}
