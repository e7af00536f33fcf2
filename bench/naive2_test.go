package main

import (
	"testing"

	"headroom/capacity"
)

func TestNaive2(t *testing.T) {
	var seasonal []float64
	for i := range 40 {
		seasonal = append(seasonal, []float64{50, 100, 150, 100}[i%4])
	}
	// The factors are 0.5, 1, 1.5, 1 and the adjusted level is 100.
	for i, got := range naive2(seasonal, 4, 6) {
		near(t, "seasonal", got, seasonal[i])
	}
	for _, got := range naive2([]float64{1, 2, 3, 4, 5, 6, 7}, 4, 3) {
		near(t, "too short for a season", got, 7)
	}
	for _, got := range naive2([]float64{5, 9, 4, 4, 8, 6}, 1, 3) {
		near(t, "no season", got, 6)
	}
}

func TestJudge(t *testing.T) {
	s := suite{
		horizon: 2, season: 1, series: []string{"one", "none"},
		blocks: []block{{"1", 0, 1}, {"1–2", 0, 2}}, parts: []block{{"2", 1, 2}},
		tasks: []task{{0, capacity.Series{Values: []float64{1, 3, 5}}, []float64{10, 20}}, {0, capacity.Series{Values: []float64{2, 3, 4}}, []float64{10, gap}}},
	}
	got := judge(s, []answer{
		{[]float64{8, 16}, []float64{0.025, 0.95, 0.975}, [][]float64{{0, 0}, {9, 18}, {12, 18}}, ""},
		{[]float64{7, 7}, []float64{0.025, 0.95, 0.975}, [][]float64{{0, 0}, {9, 18}, {12, 18}}, ""},
	})
	// Scales are 2 and 1; errors 2, 4 and 3.
	near(t, "MASE", got.mase[0], (3/2.0+3/1.0)/2)
	near(t, "MASE of a series without tasks", got.mase[1], gap)
	near(t, "MAE of step 1", got.mae[0][0], (2+3)/2.0)
	near(t, "MAE of both", got.mae[1][0], (3+3)/2.0)
	// 20 lies 2 above 18: (12 + 18 + 40·2)/2 over 2, and 12 over 1.
	near(t, "MSIS", got.msis[0], ((12+18+80)/4.0+12)/2)
	near(t, "inside", got.inside[0], (0.5+1)/2)
	near(t, "step 2 not above P95", got.covered[0][2][0], 0)
	near(t, "P50, not forecast", got.covered[0][0][0], gap)
	near(t, "deciles, not forecast", got.pinball[0], gap)
}

func TestDeciles(t *testing.T) {
	a := answer{levels: levels()}
	for range a.levels {
		a.quantiles = append(a.quantiles, []float64{0, 0})
	}
	// All nine quantiles are 0: the loss at level q is 2·q·10, 10 on average.
	near(t, "deciles", a.deciles([]float64{10, gap}), 10)
}
