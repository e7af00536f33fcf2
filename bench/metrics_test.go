package main

import (
	"math"
	"testing"
)

var gap = math.NaN()

func near(tb testing.TB, name string, got, want float64) {
	tb.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
		tb.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// The wanted numbers below are computed by hand.
func TestPointMetrics(t *testing.T) {
	actual, point := []float64{100, 0, gap, 50}, []float64{80, 0, 7, 70}
	// 200·20/180 + 0 + 200·20/120, over three measured steps.
	near(t, "sMAPE", smape(actual, point), (200*20.0/180+200*20.0/120)/3)
	near(t, "sMAPE of a zero missed", smape([]float64{0}, []float64{3}), 200)
	near(t, "MAE", mae(actual, point), 40.0/3)
	near(t, "MAE of gaps", mae([]float64{gap}, []float64{1}), gap)
	// Changes over two steps: |4-1|, |gap|, |9-4|.
	near(t, "scale", scale([]float64{1, gap, 4, 6, 9}, 2), (3+5)/2.0)
	near(t, "scale of one season", scale([]float64{1, 2}, 2), gap)
}

func TestIntervalMetrics(t *testing.T) {
	actual := []float64{10, 1, gap, 30}
	low, high := []float64{5, 2, 0, 10}, []float64{15, 6, 1, 20}
	// Widths 10, 4, 10; misses of 1 below and 10 above, each at 2/0.05.
	near(t, "Winkler", winkler(actual, low, high, 0.05), (10+4+10+40*1+40*10)/3.0)
	near(t, "share inside", within(actual, low, high), 1.0/3)
	near(t, "share not above", below(actual, high), 2.0/3)
	near(t, "share not above, when equal", below([]float64{4}, []float64{4}), 1)
	near(t, "pinball, too low", pinball(10, 8, 0.9), 2*0.9*2)
	near(t, "pinball, too high", pinball(10, 12, 0.9), 2*0.1*2)
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		name             string
		ours, base, want float64
	}{
		{"half", 1, 2, 0.5},
		{"neither errs", 0, 0, 1},
		{"only the base errs", 0, 3, 0.01},
		{"only ours errs", 3, 0, 100},
		{"nothing measured", gap, 3, gap},
	} {
		near(t, c.name, ratio(c.ours, c.base), c.want)
	}
	near(t, "geometric mean", geometric([]float64{0.5, gap, 2, 8}), 2)
	near(t, "average", average([]float64{1, gap, 3}), 2)
	near(t, "share", share([]float64{0.5, gap, 2, 1}, func(v float64) bool { return v < 1 }), 1.0/3)
}

func TestBootstrap(t *testing.T) {
	values := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	statistic := func(places []int) float64 { return average(pick(values, places)) }
	low, high := bootstrap(len(values), statistic)
	if !(3 < low && low < 5.5 && 5.5 < high && high < 8) {
		t.Errorf("got %v to %v, want an interval around 5.5 of about ±1.96·2.87/√10 = 1.78", low, high)
	}
	if l, h := bootstrap(len(values), statistic); l != low || h != high {
		t.Errorf("a second run: got %v to %v, want %v to %v", l, h, low, high)
	}
	near(t, "every series", statistic(everything(len(values))), 5.5)
}
