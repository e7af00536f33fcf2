package models_test

import (
	"math"
	"slices"
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

// A few hours of a morning are a steep line, which noon and evening do not
// follow.
func TestLinear_Guard(t *testing.T) {
	values := []float64{91, 123, 139, 163, 166, 179, 169, 179}
	values = append(values, slices.Repeat([]float64{math.NaN()}, 18)...)
	past := series(append(values, 140, 157, 166, 170, 172, 170)...)
	fitted, err := model(t, "linear").Fit(t.Context(), past)
	if err != nil {
		t.Fatal(err)
	}
	point, err := fitted.Predict(t.Context(), past, 16)
	if err != nil {
		t.Fatal(err)
	}
	// The range is 91 to 179, and half of it more is 223.
	for h, got := range point {
		if got > 223 {
			t.Errorf("step %d is %.1f, want at most 223", h, got)
		}
	}
}
