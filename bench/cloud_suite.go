package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"headroom/capacity"
)

// contextDays is how much history a forecast of the cloud suite may see.
const contextDays = 28

// cloudSuite is the tasks of the frozen list on a grid, or those of NN5.
func cloudSuite(r request, name string) (suite, error) {
	s := suite{name: name}
	switch name {
	case "1h":
		s.title, s.step = "cloud list, hourly", time.Hour
		s.blocks = []block{{"1", 0, 1}, {"1–6", 0, 6}, {"1–24", 0, 24}}
		s.parts = []block{{"1", 0, 1}, {"2–6", 1, 6}, {"7–24", 6, 24}}
	case "5m":
		s.title, s.step = "cloud list, 5 minutes", 5*time.Minute
		s.blocks = []block{{"1", 0, 12}, {"1–6", 0, 72}, {"1–24", 0, 288}}
		s.parts = []block{{"1", 0, 12}, {"2–6", 12, 72}, {"7–24", 72, 288}}
	case "daily":
		return nn5Suite(r)
	default:
		return s, fmt.Errorf("no grid %q; there are 1h, 5m and daily: %w", name, errUsage)
	}
	day := int(24 * time.Hour / s.step)
	s.horizon, s.season = day, day
	var err error
	if s.seasons, err = r.seasonsOf([]int{day, 7 * day}); err != nil {
		return s, err
	}
	sheets := map[string]sheet{}
	for _, l := range cloudList() {
		if l.native > s.step {
			continue
		}
		file, known := sheets[l.file]
		if !known {
			if file, err = read(r.data, l.file); err != nil {
				return s, err
			}
			sheets[l.file] = file
		}
		measured, err := l.measurements(file)
		if err != nil {
			return s, err
		}
		s.add(l.name, grid(measured, l.native, s.step), day, r.test())
	}
	return s.half(r.half), nil
}

// add adds a series and its forecasts.
func (s *suite) add(name string, full capacity.Series, day int, test bool) {
	s.series = append(s.series, name)
	for _, at := range origins(full.Len(), s.horizon, day, test) {
		context := full.Slice(max(0, at-contextDays*day), at)
		context.Values = context.Values[:len(context.Values):len(context.Values)]
		s.tasks = append(s.tasks, task{len(s.series) - 1, context, full.Values[at : at+s.horizon]})
	}
}

// measurements are the rows of the file that belong to l.
func (l listed) measurements(file sheet) ([]measurement, error) {
	at, err := file.column(l.time)
	if err != nil {
		return nil, err
	}
	value, err := file.column(l.value)
	if err != nil {
		return nil, err
	}
	filter, want := -1, ""
	if l.only != "" {
		column, text, _ := strings.Cut(l.only, "=")
		if filter, err = file.column(column); err != nil {
			return nil, err
		}
		want = text
	}
	var all []measurement
	for i, cells := range file.rows {
		if filter >= 0 && cells[filter] != want {
			continue
		}
		when, err := instant(cells[at])
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", file.name, i+2, err)
		}
		v, err := file.number(i, value)
		if err != nil {
			return nil, err
		}
		all = append(all, measurement{when, v})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no rows with %s", file.name, l.only)
	}
	return all, nil
}

// nn5Suite is the NN5 competition: daily cash withdrawals, the last 56 days of
// each series to be forecast (test), or those that end 56, 112 and 168 days
// before (dev).
func nn5Suite(r request) (suite, error) {
	s := suite{
		name: "nn5", title: "NN5 daily", step: 24 * time.Hour, horizon: 56, season: 7,
		blocks: []block{{"1–7", 0, 7}, {"1–28", 0, 28}, {"1–56", 0, 56}},
		parts:  []block{{"1–7", 0, 7}, {"8–28", 7, 28}, {"29–56", 28, 56}},
	}
	var err error
	if s.seasons, err = r.seasonsOf([]int{7}); err != nil {
		return s, err
	}
	file, err := read(r.data, "demand/nn5_daily.csv.gz")
	if err != nil {
		return s, err
	}
	names, values, err := file.series("y")
	if err != nil {
		return s, err
	}
	back := []int{4 * s.horizon, 3 * s.horizon, 2 * s.horizon}
	if r.test() {
		back = []int{s.horizon}
	}
	begin := time.Date(1996, 3, 18, 0, 0, 0, 0, time.UTC)
	for i, name := range names {
		y := values[name]
		s.series = append(s.series, name)
		for _, b := range back {
			at := len(y) - b
			if at < 2*s.horizon {
				return s, fmt.Errorf("series %s has only %d days", name, len(y))
			}
			past := capacity.Series{Start: begin, Step: s.step, Values: y[:at:at]}
			for past.Len() > 0 && math.IsNaN(past.Values[0]) {
				past = past.Slice(1, past.Len())
			}
			s.tasks = append(s.tasks, task{i, past, y[at : at+s.horizon]})
		}
	}
	return s.half(r.half), nil
}
