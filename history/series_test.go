package history_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/capacity"
	"headroom/history"
)

// minutes writes pairs of minute and value as CSV, from the start of an hour.
func minutes(pairs ...float64) string {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var b strings.Builder
	b.WriteString("time,value\n")
	for i := 0; i < len(pairs); i += 2 {
		at := start.Add(time.Duration(pairs[i] * float64(time.Minute)))
		fmt.Fprintf(&b, "%s,%v\n", at.Format(time.RFC3339Nano), pairs[i+1])
	}
	return b.String()
}

// every writes value v each d minutes over [from, to), without some minutes.
func every(d, from, to, v float64, without ...float64) []float64 {
	var pairs []float64
	for m := from; m < to; m += d {
		skip := false
		for _, w := range without {
			skip = skip || w == m
		}
		if !skip {
			pairs = append(pairs, m, v)
		}
	}
	return pairs
}

func TestToSeries(t *testing.T) {
	gap := math.NaN()
	for name, c := range map[string]struct {
		pairs []float64
		step  time.Duration
		how   capacity.Aggregate
		start float64 // minutes
		want  []float64
	}{
		"same step":           {every(5, 0, 20, 7), 5 * time.Minute, capacity.Sum, 0, []float64{7, 7, 7, 7}},
		"sum of a finer":      {every(1, 0, 10, 2), 5 * time.Minute, capacity.Sum, 0, []float64{10, 10}},
		"mean of a finer":     {[]float64{0, 1, 1, 2, 2, 3, 3, 5, 4, 5, 5, 8}, 3 * time.Minute, capacity.Mean, 0, []float64{2, 6}},
		"max of a finer":      {[]float64{0, 1, 1, 9, 2, 3, 3, 5, 4, 5, 5, 8}, 3 * time.Minute, capacity.Max, 0, []float64{9, 8}},
		"unfinished step":     {every(1, 0, 14, 1), 5 * time.Minute, capacity.Sum, 0, []float64{5, 5}},
		"one missing":         {every(1, 0, 30, 2, 12), 10 * time.Minute, capacity.Sum, 0, []float64{20, 20, 20}},
		"half missing":        {every(1, 0, 60, 2, 20, 22, 24, 26, 28), 10 * time.Minute, capacity.Sum, 0, []float64{20, 20, 20, 20, 20, 20}},
		"more than half":      {every(1, 0, 60, 2, 20, 21, 22, 23, 24, 25), 10 * time.Minute, capacity.Sum, 0, []float64{20, 20, gap, 20, 20, 20}},
		"mean despite that":   {every(1, 0, 60, 2, 20, 21, 22, 23, 24, 25), 10 * time.Minute, capacity.Mean, 0, []float64{2, 2, 2, 2, 2, 2}},
		"a whole gap":         {append(every(5, 0, 100, 3), every(5, 110, 120, 3)...), 5 * time.Minute, capacity.Sum, 0, append(append(repeat(3, 20), gap, gap), 3, 3)},
		"starts inside":       {every(1, 8, 20, 1), 5 * time.Minute, capacity.Sum, 10, []float64{5, 5}},
		"starts half inside":  {every(1, 7, 20, 1), 5 * time.Minute, capacity.Sum, 5, []float64{5, 5, 5}},
		"does not divide":     {every(2, 0, 20, 4), 5 * time.Minute, capacity.Sum, 0, []float64{10, 10, 10, 10}},
		"events":              {[]float64{0, 1, 0.5, 1, 3, 1, 4, 2, 5.5, 1, 11, 4, 12, 4}, 5 * time.Minute, capacity.Sum, 0, []float64{5, 1}},
		"zero is no gap":      {every(5, 0, 15, 0), 5 * time.Minute, capacity.Sum, 0, []float64{0, 0, 0}},
		"off the step's grid": {every(5, 2, 22, 7), 5 * time.Minute, capacity.Sum, 2, []float64{7, 7, 7, 7}},
	} {
		t.Run(name, func(t *testing.T) {
			table := mustTable(t, demand, minutes(c.pairs...))
			got, _, err := history.ToSeries(table, capacity.Demand{Step: c.step, Aggregate: c.how})
			if err != nil {
				t.Fatal(err)
			}
			want := capacity.Series{
				Start:  time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(c.start) * time.Minute),
				Step:   c.step,
				Values: c.want,
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("series (-want +got):\n%s", diff)
			}
		})
	}
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestToSeries_Errors(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		d    capacity.Demand
		want error
		says string
	}{
		"coarser":       {minutes(every(60, 0, 600, 1)...), capacity.Demand{Step: 5 * time.Minute, Aggregate: capacity.Sum}, capacity.ErrBadPolicy, "set demand.step to at least 1h"},
		"no step":       {minutes(0, 1), capacity.Demand{Aggregate: capacity.Sum}, capacity.ErrBadPolicy, "demand.step"},
		"no aggregate":  {minutes(0, 1, 1, 1, 2, 1), capacity.Demand{Step: time.Minute}, capacity.ErrBadPolicy, "demand.aggregate"},
		"one row":       {minutes(0, 1), capacity.Demand{Step: time.Minute, Aggregate: capacity.Sum}, capacity.ErrNoData, "no whole step"},
		"too short":     {minutes(every(1, 0, 4, 1)...), capacity.Demand{Step: 5 * time.Minute, Aggregate: capacity.Sum}, capacity.ErrNoData, "no whole step"},
		"a stray time":  {"time,value\n0,1\n1772452800,1\n1772452801,1\n1772452802,1\n", capacity.Demand{Step: time.Second, Aggregate: capacity.Sum}, capacity.ErrBadData, "stray"},
		"sum overflows": {minutes(0, math.MaxFloat64, 1, math.MaxFloat64, 2, 1, 3, 1), capacity.Demand{Step: 2 * time.Minute, Aggregate: capacity.Sum}, capacity.ErrBadSeries, "Inf"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := history.ToSeries(mustTable(t, demand, c.text), c.d)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want %v that says %q", err, c.want, c.says)
			}
		})
	}
	if _, _, err := history.ToSeries(history.Table{}, capacity.Demand{Step: 1, Aggregate: capacity.Sum}); !errors.Is(err, capacity.ErrNoData) {
		t.Errorf("got error %v, want %v", err, capacity.ErrNoData)
	}
}

func ExampleToSeries() {
	demand := capacity.Demand{Time: "ts", Value: "requests", Aggregate: capacity.Sum, Step: 5 * time.Minute}
	object := []byte("ts,requests\n2026-03-02T09:00Z,120\n2026-03-02T09:05Z,150\n2026-03-02T09:10Z,90\n")
	rows, err := history.Read("load.csv", bytes.NewReader(object), int64(len(object)), demand, history.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := history.Merge([]history.Rows{rows}, time.Time{}, time.Time{}, history.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer table.Release()
	series, _, err := history.ToSeries(table, demand)
	fmt.Println(table.Rows(), series.Start.Format(time.RFC3339), series.Values, err)
	// Output: 3 2026-03-02T09:00:00Z [120 150 90] <nil>
}
