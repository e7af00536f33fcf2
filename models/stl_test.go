package models_test

import (
	"math"
	"testing"

	"headroom/models"
)

func TestLoess(t *testing.T) {
	const half = 0.875 * 0.875 * 0.875 // the tricube of half the reach
	nan := math.NaN()
	for name, test := range map[string]struct {
		window, jump int
		line         bool
		places       []int
		v            []float64
		want         []float64 // NaN where anything will do
	}{
		// In the middle of five the neighbours are at half the reach and the
		// ends at all of it, where the weight is 0.
		"mean by hand":          {5, 1, false, []int{0, 1, 2, 3, 4}, []float64{9, 1, 2, 6, 9}, []float64{nan, nan, (2 + half*7) / (1 + 2*half), nan, nan}},
		"window beyond the end": {4, 1, false, []int{0, 1}, []float64{1, 3}, []float64{(1 + half*3) / (1 + half), (3 + half) / (1 + half)}},
		"one measurement":       {3, 1, true, []int{1}, []float64{4}, []float64{4, 4, 4, 4}},
		"equally far":           {2, 1, true, []int{0, 2}, []float64{1, 3}, []float64{nan, 2, nan}},
		"no measurement":        {3, 1, true, nil, nil, []float64{0, 0}},
		"a line":                {4, 1, true, []int{1, 2, 5, 6, 9}, []float64{1, 2, 5, 6, 9}, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		"a line, with jumps":    {4, 5, true, []int{1, 2, 5, 6, 9}, []float64{1, 2, 5, 6, 9}, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
	} {
		t.Run(name, func(t *testing.T) {
			got := models.Loess(test.window, test.jump, test.line, test.places, test.v, len(test.want))
			for i, want := range test.want {
				if math.Abs(got[i]-want) > 1e-9 {
					t.Errorf("place %d: got %v, want %v", i, got[i], want)
				}
			}
		})
	}
}

// What is a line, a day and a weekend is taken apart into these, also where
// there are gaps.
func TestDecompose(t *testing.T) {
	day := func(i int) float64 { return 50 * math.Sin(2*math.Pi*float64(i)/24) }
	week := func(i int) float64 {
		if i/24%7 >= 5 {
			return -25
		}
		return 10
	}
	line := func(i int) float64 { return 100 + 0.1*float64(i) }
	for name, gap := range map[string]func(i int) bool{
		"whole": func(int) bool { return false },
		"gaps":  func(i int) bool { return i%50 == 7 || i > 300 && i < 320 },
	} {
		t.Run(name, func(t *testing.T) {
			x := make([]float64, 6*168)
			for i := range x {
				if x[i] = line(i) + day(i) + week(i); gap(i) {
					x[i] = math.NaN()
				}
			}
			parts, rest := models.Decompose(x, []int{24, 168})
			var offDay, offWeek, offLine float64
			for i := range x {
				offDay += math.Abs(parts[0][i]-day(i)) / float64(len(x))
				offWeek += math.Abs(parts[1][i]-week(i)) / float64(len(x))
				if math.IsNaN(x[i]) != math.IsNaN(rest[i]) {
					t.Errorf("rest at step %d: got %v, want a gap where %v is one", i, rest[i], x[i])
				} else if !math.IsNaN(rest[i]) {
					offLine += math.Abs(rest[i]-line(i)) / float64(len(x))
				}
			}
			if offDay > 0.5 || offWeek > 1 || offLine > 1 {
				t.Errorf("got day, week and line off by %.2f, %.2f and %.2f on average, want at most 0.5, 1 and 1", offDay, offWeek, offLine)
			}
		})
	}
}
