package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/models"
)

// cloud measures on the frozen list of load series, and on NN5.
func cloud(ctx context.Context, r request) error {
	if err := checkGolden(ctx, r, "hourly"); err != nil {
		return err
	}
	for _, name := range list(r.group) {
		s, err := cloudSuite(r, name)
		if err != nil {
			return err
		}
		base, err := seasonalNaive(s)
		if err != nil {
			return err
		}
		rows, err := answered(ctx, r, s, base)
		if err != nil {
			return err
		}
		text := ratioTable(s, rows).String() + "\n" + coverageTable(s, rows)
		if err := publish(ctx, r, s, text); err != nil {
			return err
		}
	}
	return nil
}

// seasonalNaive is the baseline, with quantiles from its own backtest.
func seasonalNaive(s suite) (forecaster, error) {
	pool := models.New([]int{s.season})
	i := slices.IndexFunc(pool, func(m capacity.Model) bool { return m.Name() == backtest.SeasonalNaive })
	if i < 0 {
		return forecaster{}, fmt.Errorf("no model %q in the pool", backtest.SeasonalNaive)
	}
	return single(pool[i], true), nil
}

// ratioTable compares rows with the first one, series by series.
func ratioTable(s suite, rows []row) *table {
	t := &table{head: []string{"model"}}
	for _, b := range s.blocks {
		t.head = append(t.head, b.name, "95 % CI")
	}
	t.head = append(t.head, "better %", "worse %", "> 2× %", "MASE", "pinball", "MSIS", "forecasts/s", "failed")
	base := judge(s, rows[0].answers)
	for _, row := range rows {
		own := judge(s, row.answers)
		cells := []string{row.name}
		var last []float64
		for b := range s.blocks {
			last = ratios(own.mae[b], base.mae[b])
			low, high := bootstrap(len(last), func(places []int) float64 { return geometric(pick(last, places)) })
			cells = append(cells, decimal(geometric(last), 3), decimal(low, 3)+"–"+decimal(high, 3))
		}
		cells = append(cells,
			percent(share(last, func(v float64) bool { return v < 1 })),
			percent(share(last, func(v float64) bool { return v > 1 })),
			percent(share(last, func(v float64) bool { return v > 2 })),
			decimal(average(own.mase), 3),
			decimal(geometric(ratios(own.pinball, base.pinball)), 3),
			decimal(average(own.msis), 2),
			rate(row.rate()), fmt.Sprint(row.failed))
		t.add(cells...)
	}
	return t
}

// ratios compares two rows series by series.
func ratios(own, base []float64) []float64 {
	all := make([]float64, len(own))
	for i := range own {
		all[i] = ratio(own[i], base[i])
	}
	return all
}

// share is how many of the values, NaN left out, are as asked.
func share(values []float64, asked func(v float64) bool) float64 {
	var m mean
	for _, v := range values {
		switch {
		case math.IsNaN(v):
		case asked(v):
			m.add(1)
		default:
			m.add(0)
		}
	}
	return m.value()
}
