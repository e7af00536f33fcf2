package models_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// Load that obeys a linear recurrence exactly is continued exactly, also with
// gaps in the history: a wave obeys y[t] = 2·cos(ω)·y[t-1] - y[t-2].
func TestRidge_Recurrence(t *testing.T) {
	wave := func(i int) float64 { return 50 + 20*math.Sin(float64(i)/3.7) }
	for name, gap := range map[string]func(i int) bool{
		"whole": func(int) bool { return false },
		"gaps":  func(i int) bool { return i < 200 && i%61 == 0 || i > 100 && i < 110 },
	} {
		t.Run(name, func(t *testing.T) {
			s := series()
			for i := range 400 {
				if s.Values = append(s.Values, wave(i)); gap(i) {
					s.Values[i] = math.NaN()
				}
			}
			fitted, err := model(t, "ridge-linear").Fit(t.Context(), s)
			if err != nil {
				t.Fatalf("fit: %v", err)
			}
			point, err := fitted.Predict(t.Context(), s, 24)
			if err != nil {
				t.Fatalf("predict: %v", err)
			}
			for i, got := range point {
				if want := wave(400 + i); math.Abs(got-want) > 0.02 {
					t.Errorf("step %d: got %v, want %v", i, got, want)
				}
			}
		})
	}
}

// What a gap among the recent lags is filled with is the season before.
func TestRidge_RecentGap(t *testing.T) {
	daily := func(i int) float64 { return 50 + 10*float64(i%24) }
	s := series()
	for i := range 24 * 28 {
		s.Values = append(s.Values, daily(i))
	}
	for _, name := range []string{"ridge", "ridge-linear", "ridge-daily"} {
		fitted, err := model(t, name).Fit(t.Context(), s)
		if err != nil {
			t.Fatalf("%s: fit: %v", name, err)
		}
		broken := s
		broken.Values = slices.Clone(s.Values)
		for i := s.Len() - 30; i < s.Len(); i++ {
			broken.Values[i] = math.NaN()
		}
		want, err := fitted.Predict(t.Context(), s, 48)
		if err != nil {
			t.Fatalf("%s: predict: %v", name, err)
		}
		got, err := fitted.Predict(t.Context(), broken, 48)
		if err != nil {
			t.Fatalf("%s: predict after a gap: %v", name, err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s after a gap: got %v, want %v", name, got, want)
		}
	}
}

// A fitted model that has been tampered with until its recursion explodes
// refuses to forecast.
func TestRidge_Unstable(t *testing.T) {
	m, s := model(t, "ridge"), capacitytest.Load(28)
	fitted, err := m.Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	var stored map[string]any
	if err := json.Unmarshal(data, &stored); err != nil {
		t.Fatalf("the stored form is no JSON: %v", err)
	}
	weights := stored["Weights"].([]any)
	for i := range weights {
		weights[i] = 2.0
	}
	if data, err = json.Marshal(stored); err != nil {
		t.Fatal(err)
	}
	if fitted, err = m.Load(data); err != nil {
		t.Fatalf("load: %v", err)
	}
	if point, err := fitted.Predict(t.Context(), s, 24); !errors.Is(err, capacity.ErrNotForecastable) {
		t.Errorf("got %v, %v, want ErrNotForecastable", point, err)
	}
}

func TestRidge_LoadRefuses(t *testing.T) {
	m := model(t, "ridge")
	fitted, err := m.Fit(t.Context(), capacitytest.Load(28))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	for name, change := range map[string]func(stored map[string]any){
		"another model":       func(stored map[string]any) { stored["Model"] = "ridge-linear" },
		"another version":     func(stored map[string]any) { stored["Version"] = 99 },
		"no step":             func(stored map[string]any) { stored["Step"] = 0 },
		"an unknown field":    func(stored map[string]any) { stored["Colour"] = "red" },
		"no lags":             func(stored map[string]any) { stored["Lags"], stored["Weights"] = nil, nil },
		"a weight too few":    func(stored map[string]any) { stored["Weights"] = stored["Weights"].([]any)[1:] },
		"a lag of 0":          func(stored map[string]any) { stored["Lags"].([]any)[0] = 0 },
		"lags out of order":   func(stored map[string]any) { stored["Lags"].([]any)[0] = 9999 },
		"a lag without end":   func(stored map[string]any) { stored["Lags"].([]any)[16] = int64(1) << 40 },
		"negative difference": func(stored map[string]any) { stored["Difference"] = -1 },
		"endless difference":  func(stored map[string]any) { stored["Difference"] = int64(1) << 40 },
		"negative season":     func(stored map[string]any) { stored["Season"] = -1 },
		"no unit":             func(stored map[string]any) { stored["Scale"].(map[string]any)["Unit"] = 0 },
		"bounds reversed":     func(stored map[string]any) { stored["Least"] = 1e9 },
	} {
		t.Run(name, func(t *testing.T) {
			var stored map[string]any
			if err := json.Unmarshal(data, &stored); err != nil {
				t.Fatal(err)
			}
			change(stored)
			changed, err := json.Marshal(stored)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.Load(changed); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("got %v, want ErrBadData", err)
			}
		})
	}
}
