package models_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"headroom/capacity"
)

// complexSmoothing is complex exponential smoothing as Svetunkov, Kourentzes
// and Ord (2022) introduce it, before they take it apart: load y and error p
// make a complex number y+ip, and the next one is expected to be
// α(y+ip) + (1+i-α) times what was expected of this one. It returns what is
// expected of the h steps after y, and the sum of squared errors before.
func complexSmoothing(y []float64, alpha, state complex128, h int) (expected []float64, squares float64) {
	for i := range len(y) + h {
		v := complex(real(state), 0)
		if i < len(y) {
			e := y[i] - real(state)
			v = complex(y[i], e)
			squares += e * e
		}
		expected = append(expected, real(state))
		state = alpha*v + (complex(1, 1)-alpha)*state
	}
	return expected[len(y):], squares
}

func TestCes_Complex(t *testing.T) {
	y := []float64{30, 34, 33, 39, 36, 41, 47, 44, 46, 52, 49, 55, 51, 58, 60, 57}
	mean := 0.0
	for _, v := range y {
		mean += v / float64(len(y))
	}
	fitted, err := model(t, "ces").Fit(t.Context(), series(y...))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	var f struct {
		State struct {
			Alpha       [2]float64
			Level, Lack float64
		}
	}
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatalf("the stored form is no JSON: %v", err)
	}
	alpha, state := complex(f.State.Alpha[0], f.State.Alpha[1]), complex(f.State.Level*mean, f.State.Lack*mean)
	want, least := complexSmoothing(y, alpha, state, 6)
	got, err := fitted.Predict(t.Context(), series(y...), 6)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	near(t, got, want, 1e-9)

	// No first state nearby is better, and no smoothing with the same one.
	for _, move := range []complex128{0.5, -0.5, 0.5i, -0.5i} {
		if _, squares := complexSmoothing(y, alpha, state+move, 0); squares < least {
			t.Errorf("first state moved by %v: got %v, want at least %v", move, squares, least)
		}
	}
	for _, move := range []complex128{0.02, -0.02} {
		if _, squares := complexSmoothing(y, alpha+move, state, 0); squares < least {
			t.Errorf("smoothing moved by %v: got %v, want at least %v", move, squares, least)
		}
	}
}

// Smoothing that never forgets, or forgets in ever wider swings, is refused.
func TestCes_LoadRefuses(t *testing.T) {
	s := series()
	for i := range 50 {
		s.Values = append(s.Values, 10+math.Sin(float64(i)))
	}
	for name, alpha := range map[string][]float64{"none": {0, 0}, "too much": {3, 1}, "too little": {0.9, 1}} {
		t.Run(name, func(t *testing.T) {
			form := stored(t, "ces", s)
			form["State"].(map[string]any)["Alpha"] = alpha
			data, err := json.Marshal(form)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := model(t, "ces").Load(data); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("got %v, want ErrBadData", err)
			}
		})
	}
}
