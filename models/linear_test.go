package models_test

import (
	"math"
	"testing"
	"time"
)

// The load is a line through the hours of the day, so the least squares line
// through any hours is that line.
func TestLinear_Line(t *testing.T) {
	s := series()
	s.Start = time.Date(2026, 3, 2, 7, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
	for i := range 60 {
		s.Values = append(s.Values, 10+3*float64((7+i)%24))
	}
	for i := 20; i < 30; i++ {
		s.Values[i] = math.NaN()
	}
	fitted, err := model(t, "linear").Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	point, err := fitted.Predict(t.Context(), s, 24)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	for i, got := range point {
		if want := 10 + 3*float64((67+i)%24); math.Abs(got-want) > 1e-9 {
			t.Errorf("step %d: got %v, want %v", i, got, want)
		}
	}
}

// A line that falls below zero late in the day is cut there.
func TestLinear_NeverNegative(t *testing.T) {
	s := series()
	for i := range 48 {
		s.Values = append(s.Values, max(0, 10-float64(i%24)))
	}
	fitted, err := model(t, "linear").Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	point, err := fitted.Predict(t.Context(), s, 24)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	if point[23] != 0 {
		t.Errorf("at 23:00: got %v, want 0", point[23])
	}
	if point[0] <= 0 {
		t.Errorf("at midnight: got %v, want more than 0", point[0])
	}
}
