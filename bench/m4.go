package main

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// m4 measures on the M4 competition.
func m4(ctx context.Context, r request) error {
	for _, group := range list(r.group) {
		if err := checkGolden(ctx, r, group); err != nil {
			return err
		}
		s, err := m4Suite(r, group)
		if err != nil {
			return err
		}
		rows, err := answered(ctx, r, s, naive2Forecaster())
		if err != nil {
			return err
		}
		text := m4Table(s, rows).String() + "\n" + coverageTable(s, rows)
		if err := publish(ctx, r, s, text); err != nil {
			return err
		}
	}
	return nil
}

// answered measures the base and whatever the request asks for.
func answered(ctx context.Context, r request, s suite, base forecaster) ([]row, error) {
	asked, err := forecasters(r, s)
	if err != nil {
		return nil, err
	}
	asked = slices.DeleteFunc(asked, func(f forecaster) bool { return f.name == base.name })
	return measureAll(ctx, r, s, append([]forecaster{base}, asked...))
}

// measureAll measures forecasters one by one. The first is the base, which
// stands in where another has no answer.
func measureAll(ctx context.Context, r request, s suite, all []forecaster) ([]row, error) {
	var rows []row
	for _, f := range all {
		var stand []answer
		if len(rows) > 0 {
			stand = rows[0].answers
		}
		fmt.Fprintf(r.stderr, "%s: %s\n", s.title, f.name)
		next, err := measure(ctx, f, s, r.jobs, stand)
		if err != nil {
			return nil, fmt.Errorf("%s on %s: %w", f.name, s.title, err)
		}
		rows = append(rows, next)
	}
	return rows, nil
}

// m4Table compares rows by the measures of the competition; the first row is
// Naive2.
func m4Table(s suite, rows []row) *table {
	t := &table{head: []string{"model", "sMAPE", "MASE", "OWA", "95 % CI", "MSIS", "in 95 % PI", "forecasts/s", "failed"}}
	base := judge(s, rows[0].answers)
	for _, row := range rows {
		own := judge(s, row.answers)
		owa := func(places []int) float64 {
			return (average(pick(own.smape, places))/average(pick(base.smape, places)) +
				average(pick(own.mase, places))/average(pick(base.mase, places))) / 2
		}
		n := len(s.series)
		low, high := bootstrap(n, owa)
		t.add(row.name, decimal(average(own.smape), 3), decimal(average(own.mase), 3), decimal(owa(everything(n)), 3),
			decimal(low, 3)+"–"+decimal(high, 3), decimal(average(own.msis), 3), percent(average(own.inside)), rate(row.rate()), fmt.Sprint(row.failed))
	}
	return t
}

// coverageTable is, for the rows that have quantiles, the share of measurements
// that are not above each quantile, in percent, by part of the horizon.
func coverageTable(s suite, rows []row) string {
	t := &table{head: []string{"not above, %"}}
	for _, b := range s.parts {
		for _, q := range watched() {
			t.head = append(t.head, fmt.Sprintf("%s: P%g", b.name, 100*q))
		}
	}
	for _, row := range rows {
		own := judge(s, row.answers)
		cells := []string{row.name}
		some := false
		for p := range s.parts {
			for l := range watched() {
				share := average(own.covered[p][l])
				some = some || !math.IsNaN(share)
				cells = append(cells, percent(share))
			}
		}
		if some {
			t.add(cells...)
		}
	}
	if len(t.rows) == 0 {
		return ""
	}
	return t.String()
}
