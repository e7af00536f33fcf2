package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"headroom/models"
)

// A golden result is known from the competition: no score counts unless it is
// reproduced.
type golden struct {
	method      string
	smape, mase float64
}

// goldens are from "Evaluation and Ranks.xlsx" of Mcompetitions/M4-methods.
// The published forecasts check the metrics, and ours the methods too.
func goldens(group string) (published, ours []golden) {
	if group == "weekly" {
		return []golden{{"naive", 9.161, 2.777}, {"naive2", 9.161, 2.777}, {"ses", 9.012, 2.685}},
			[]golden{{"naive", 9.161, 2.777}, {"naive2", 9.161, 2.777}}
	}
	return []golden{{"naive", 43.003, 11.608}, {"snaive", 13.912, 1.193}, {"naive2", 18.383, 2.395}, {"ses", 18.094, 2.385}},
		[]golden{{"naive", 43.003, 11.608}, {"seasonal-naive-day", 13.912, 1.193}, {"naive2", 18.383, 2.395}, {"theta", 18.138, 2.455}}
}

// checkGolden reproduces the known results of a group of M4, and says which it
// did.
func checkGolden(ctx context.Context, r request, group string) error {
	r.part, r.seasons = "test", ""
	s, err := m4Suite(r, group)
	if err != nil {
		return err
	}
	published, ours := goldens(group)
	file, err := read(r.data, "m4/"+group+"_benchmark_forecasts.csv.gz")
	if err != nil {
		return err
	}
	var wrong []error
	for _, g := range published {
		_, forecasts, err := file.series(g.method)
		if err != nil {
			return err
		}
		answers := make([]answer, len(s.tasks))
		for i, t := range s.tasks {
			point := forecasts[s.series[t.series]]
			if len(point) != s.horizon {
				return fmt.Errorf("%s has %d steps of %s, want %d", file.name, len(point), s.series[t.series], s.horizon)
			}
			answers[i] = answer{point: point}
		}
		wrong = append(wrong, g.compare(group, "published forecasts of ", judge(s, answers)))
	}
	rows := []forecaster{naive2Forecaster()}
	for _, m := range models.All([]int{s.season}) { // the competition knows one season
		rows = append(rows, single(m, false))
	}
	for _, f := range rows {
		for _, g := range ours {
			if g.method != f.name {
				continue
			}
			measured, err := measure(ctx, f, s, r.jobs, nil)
			if err != nil {
				return err
			}
			wrong = append(wrong, g.compare(group, "", judge(s, measured.answers)))
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("golden checks: no score counts until these agree:\n%w", err)
	}
	fmt.Fprintf(r.stderr, "golden checks of M4 %s hold to three decimals\n", group)
	return nil
}

// compare is the error that says how s differs from g in the third decimal.
func (g golden) compare(group, what string, s score) error {
	gotSMAPE, gotMASE := average(s.smape), average(s.mase)
	if math.Abs(gotSMAPE-g.smape) < 0.00051 && math.Abs(gotMASE-g.mase) < 0.00051 {
		return nil
	}
	return fmt.Errorf("m4 %s, %s%s: got sMAPE %.4f and MASE %.4f, want %.3f and %.3f", group, what, g.method, gotSMAPE, gotMASE, g.smape, g.mase)
}
