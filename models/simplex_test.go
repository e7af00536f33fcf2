package models_test

import (
	"math"
	"testing"

	"headroom/models"
)

func TestDescend(t *testing.T) {
	for name, test := range map[string]struct {
		f     func(x []float64) float64
		start []float64
		want  []float64
	}{
		"a parabola": {
			func(x []float64) float64 { return 5 + (x[0]-3)*(x[0]-3) },
			[]float64{-10},
			[]float64{3},
		},
		// Rosenbrock's valley (Computer Journal 3, 1960, 175-184) has its
		// floor along a parabola and its minimum of 0 at (1, 1).
		"a bent valley": {
			func(x []float64) float64 {
				across, along := x[1]-x[0]*x[0], 1-x[0]
				return 1 + 100*across*across + along*along
			},
			[]float64{-1.2, 1},
			[]float64{1, 1},
		},
		"a forbidden half": {
			func(x []float64) float64 {
				if x[0] < 2 {
					return math.Inf(1)
				}
				return 1 + x[0] + x[1]*x[1]
			},
			[]float64{5, 4},
			[]float64{2, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			used := 0
			got := models.Descend(func(x []float64) float64 {
				used++
				return test.f(x)
			}, test.start, 400)
			for i := range got {
				if math.Abs(got[i]-test.want[i]) > 0.02 {
					t.Errorf("got %v, want %v", got, test.want)
				}
			}
			if used > 400+len(got) {
				t.Errorf("got %d evaluations, want no more than 400 and one shrinking", used)
			}
		})
	}
}
