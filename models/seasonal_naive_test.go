package models_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/models"
)

func TestSeasonalNaive_Gaps(t *testing.T) {
	gap := math.NaN()
	m := models.New([]int{3})[1]
	for name, test := range map[string]struct {
		values []float64
		want   []float64
	}{
		"no gap":                        {[]float64{1, 2, 3, 4, 5, 6}, []float64{4, 5, 6, 4, 5}},
		"a part of a season":            {[]float64{1, 2, 3, 4}, []float64{2, 3, 4, 2, 3}},
		"a gap in the last season":      {[]float64{1, 2, 3, 4, gap, 6}, []float64{4, 2, 6, 4, 2}},
		"a phase that was not measured": {[]float64{1, gap, 3, 4, gap, 6}, []float64{4, 6, 6, 4, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			s := series(test.values...)
			fitted, err := m.Fit(t.Context(), s)
			if err != nil {
				t.Fatalf("fit: %v", err)
			}
			got, err := fitted.Predict(t.Context(), s, 5)
			if err != nil {
				t.Fatalf("predict: %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("forecast (-want +got):\n%s", diff)
			}
		})
	}
}
