package models_test

import (
	"math"
	"testing"
)

// A sum of a level, a slope and a wave is a linear function of its past, so one
// layer continues it exactly, across a shift that it never saw.
func TestNLinear_Exact(t *testing.T) {
	wave := func(i int) float64 { return 500 + float64(i)/4 + 80*math.Sin(2*math.Pi*float64(i)/24) }
	var values []float64
	for i := range 24 * 40 {
		values = append(values, wave(i))
	}
	past := series(values...)
	fitted, err := model(t, "nlinear").Fit(t.Context(), past)
	if err != nil {
		t.Fatal(err)
	}
	for i := range past.Values {
		past.Values[i] += 50
	}
	point, err := fitted.Predict(t.Context(), past, 30)
	if err != nil {
		t.Fatal(err)
	}
	for h, got := range point {
		if want := wave(len(values)+h) + 50; math.Abs(got-want) > 0.5 {
			t.Errorf("step %d is %.2f, want %.2f", h, got, want)
		}
	}
}
