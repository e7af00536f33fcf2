package main

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// m4Group is a frequency of the M4 competition.
type m4Group struct {
	name    string
	step    time.Duration
	horizon int
	season  int
	seasons []int
	back    []int // dev: how many steps before the end of the training part its origins are
	parts   []block
}

func m4Groups() map[string]m4Group {
	return map[string]m4Group{
		"hourly": {
			name: "hourly", step: time.Hour, horizon: 48, season: 24, seasons: []int{24, 168}, back: []int{48, 96, 168},
			parts: []block{{"1", 0, 1}, {"2–6", 1, 6}, {"7–24", 6, 24}, {"25–48", 24, 48}},
		},
		"weekly": {
			name: "weekly", step: 7 * 24 * time.Hour, horizon: 13, season: 1, seasons: []int{52}, back: []int{13, 26, 52},
			parts: []block{{"1", 0, 1}, {"2–4", 1, 4}, {"5–13", 4, 13}},
		},
	}
}

// m4Suite is the tasks of one group: the official test part, or origins inside
// the training part.
func m4Suite(r request, group string) (suite, error) {
	g, known := m4Groups()[group]
	if !known {
		return suite{}, fmt.Errorf("-group has %q, which is neither hourly nor weekly: %w", group, errUsage)
	}
	s := suite{
		name: "m4-" + g.name, title: "M4 " + g.name, step: g.step, horizon: g.horizon,
		season: g.season, parts: g.parts,
	}
	var err error
	if s.seasons, err = r.seasonsOf(g.seasons); err != nil {
		return s, err
	}
	train, err := m4Part(r, group, "train")
	if err != nil {
		return s, err
	}
	test, err := m4Part(r, group, "test")
	if err != nil {
		return s, err
	}
	s.series = train.names
	for i, name := range train.names {
		past := train.values[name]
		add := func(context, actual []float64) {
			s.tasks = append(s.tasks, task{i, capacity.Series{Start: start, Step: g.step, Values: context}, actual})
		}
		if r.test() {
			if len(test.values[name]) != g.horizon {
				return s, fmt.Errorf("series %s has %d steps in the test part, want %d", name, len(test.values[name]), g.horizon)
			}
			add(past, test.values[name])
			continue
		}
		for _, back := range g.back {
			origin := len(past) - back
			if origin < 2 {
				return s, fmt.Errorf("series %s has only %d steps", name, len(past))
			}
			add(past[:origin:origin], past[origin:origin+g.horizon])
		}
	}
	return s, nil
}

type m4Data struct {
	names  []string
	values map[string][]float64
}

func m4Part(r request, group, part string) (m4Data, error) {
	file, err := read(r.data, "m4/"+group+"_"+part+".csv.gz")
	if err != nil {
		return m4Data{}, err
	}
	names, values, err := file.series("y")
	return m4Data{names, values}, err
}
