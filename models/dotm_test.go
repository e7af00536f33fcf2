package models_test

import (
	"encoding/json"
	"math"
	"testing"
)

// dotmRecursion is the dynamic optimised theta model as Fiorucci and others
// (2016, equations 11 to 16) state it, where A and B are the intercept and the
// slope of the line through what was seen so far, by recursion. Beyond y its
// own expectations take the place of the load.
func dotmRecursion(y []float64, first, alpha, weight float64, h int) (expected []float64, squares float64) {
	level, mean, a, b := first, 0.0, 0.0, 0.0
	for i := range len(y) + h {
		t := float64(i + 1)
		mu := level + weight*(math.Pow(1-alpha, t-1)*a+(1-math.Pow(1-alpha, t))/alpha*b)
		v := mu
		if i < len(y) {
			v = y[i]
			squares += (v - mu) * (v - mu)
		}
		expected = append(expected, mu)
		level = alpha*v + (1-alpha)*level
		if i > 0 {
			b = ((t-2)*b + 6/t*(v-mean)) / (t + 1)
		}
		mean = ((t-1)*mean + v) / t
		a = mean - (t+1)/2*b
	}
	return expected[len(y):], squares
}

func TestDotm_Recursion(t *testing.T) {
	y := []float64{30, 34, 33, 39, 36, 41, 47, 44, 46, 52, 49, 55, 51, 58, 60, 57}
	mean := 0.0
	for _, v := range y {
		mean += v / float64(len(y))
	}
	fitted, err := model(t, "dotm").Fit(t.Context(), series(y...))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	var f struct{ Alpha, First, Weight float64 }
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatalf("the stored form is no JSON: %v", err)
	}
	want, least := dotmRecursion(y, f.First*mean, f.Alpha, f.Weight, 6)
	point, err := fitted.Predict(t.Context(), series(y...), 6)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	near(t, point, want, 1e-9)

	// No place nearby, and none on a grid over all of them, is better.
	for _, alpha := range []float64{0.1, 0.3, 0.5, 0.7, 0.9, f.Alpha - 0.01, f.Alpha, f.Alpha + 0.01} {
		for _, weight := range []float64{0, 0.25, 0.5, 0.75, 1, f.Weight - 0.01, f.Weight, f.Weight + 0.01} {
			for _, first := range []float64{10, 20, 30, 40, f.First*mean - 0.1, f.First * mean, f.First*mean + 0.1} {
				if alpha < 0.1 || alpha > 0.99 || weight < 0 || weight > 1 {
					continue
				}
				if _, squares := dotmRecursion(y, first, alpha, weight, 0); squares < least-1e-6 {
					t.Errorf("α %v, first level %v, weight %v: got %v, want at least %v", alpha, first, weight, squares, least)
				}
			}
		}
	}
}
