package models_test

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"testing"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// What the differences explain without an error is continued exactly: a line,
// a day on a line, and these with gaps.
func TestArima_Exact(t *testing.T) {
	day := func(i int) float64 { return []float64{0, 3, 9, 20, 31, 12}[i%24/4] }
	for name, load := range map[string]func(i int) float64{
		"line":           func(i int) float64 { return 50 + 0.25*float64(i) },
		"day":            func(i int) float64 { return 50 + day(i) },
		"day on a line":  func(i int) float64 { return 50 + day(i) + 0.05*float64(i) },
		"line with gaps": func(i int) float64 { return pickNaN(i%17 == 0 && i < 200, 50+0.25*float64(i)) },
		"day with gaps":  func(i int) float64 { return pickNaN(i == 130 || i > 150 && i < 160, 50+day(i)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := series()
			var want []float64
			for i := range 24*10 + 30 {
				if i < 24*10 {
					s.Values = append(s.Values, load(i))
				} else {
					want = append(want, load(i))
				}
			}
			near(t, forecast(t, "arima", s, 30), want, 1e-6)
		})
	}
}

func pickNaN(yes bool, v float64) float64 {
	if yes {
		return math.NaN()
	}
	return v
}

// The airline model of Box and Jenkins, y of (0,1,1)(0,1,1), with the season of
// a day: what the search finds must expect one step ahead about as well as the
// truth does, whose errors have the variance 1. The steps ahead are those of
// 200 origins that were not fitted to; the bound is five standard errors.
func TestArima_Airline(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	const n, origins = 24 * 60, 200
	y, e := make([]float64, n+origins), make([]float64, n+origins)
	at := func(x []float64, i int) float64 {
		if i < 0 {
			return 0
		}
		return x[i]
	}
	s := series()
	for i := range y {
		e[i] = random.NormFloat64()
		y[i] = at(y, i-1) + at(y, i-24) - at(y, i-25) + e[i] - 0.6*at(e, i-1) - 0.5*at(e, i-24) + 0.3*at(e, i-25)
		s.Values = append(s.Values, 5000+y[i])
	}
	fitted, err := model(t, "arima").Fit(t.Context(), s.Slice(0, n))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	var square, truth float64
	for i := n; i < n+origins; i++ {
		point, err := fitted.Predict(t.Context(), s.Slice(0, i), 1)
		if err != nil {
			t.Fatalf("predict: %v", err)
		}
		square += (s.Values[i] - point[0]) * (s.Values[i] - point[0]) / origins
		truth += e[i] * e[i] / origins
	}
	if square > truth*1.15 {
		t.Errorf("mean squared error one step ahead: got %v, want at most 15 %% more than %v", square, truth)
	}
}

// The forecasts of an autoregression of order one, (Box and Jenkins, 1970,
// 5.1), fall back to the mean like powers of its coefficient.
func TestArima_Autoregression(t *testing.T) {
	form := `{"Model":"arima","Version":1,"Step":3600000000000,"Scale":{"Log":false,"Unit":10,"Shift":0},` +
		`"Differences":{"Season":0,"Seasonal":0,"Plain":0},"AR":[0.5],"MA":null,"SeasonalAR":null,"SeasonalMA":null,"Mean":2}`
	fitted, err := model(t, "arima").Load([]byte(form))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	got, err := fitted.Predict(t.Context(), series(12, 36, 28), 3)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	near(t, got, []float64{24, 22, 21}, 1e-9)
}

// The forecasts of (0,1,1)(0,1,1) with a season of 2, by hand. Over a season and
// a step, 10 12 11 14 13 differ by 1 and 0 from the fourth on. With moving
// averages of -0.5 and -0.4, whose product is 0.2, the errors are 1 and
// 0 + 0.5·1 = 0.5. So the next differences are expected to be -0.5·0.5 - 0.4·1
// = -0.65 and -0.4·0.5 + 0.2·1 = 0, and the load 13 + 14 - 11 - 0.65 and
// 15.35 + 13 - 14.
func TestArima_ByHand(t *testing.T) {
	form := `{"Model":"arima","Version":1,"Step":3600000000000,"Scale":{"Log":false,"Unit":1,"Shift":0},` +
		`"Differences":{"Season":2,"Seasonal":1,"Plain":1},"AR":null,"MA":[-0.5],"SeasonalAR":null,"SeasonalMA":[-0.4],"Mean":0}`
	fitted, err := model(t, "arima").Load([]byte(form))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	got, err := fitted.Predict(t.Context(), series(10, 12, 11, 14, 13), 2)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	near(t, got, []float64{15.35, 14.35}, 1e-9)
}

// A model that has been tampered with until it explodes refuses to forecast.
func TestArima_Unstable(t *testing.T) {
	s := capacitytest.Load(28)
	form := stored(t, "arima", s)
	form["AR"] = []float64{2.5}
	data, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	fitted, err := model(t, "arima").Load(data)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	if point, err := fitted.Predict(t.Context(), s, 48); !errors.Is(err, capacity.ErrNotForecastable) {
		t.Errorf("got %v, %v, want ErrNotForecastable", point, err)
	}
}

func TestClassic_LoadRefuses(t *testing.T) {
	s := capacitytest.Load(28)
	for name, changes := range map[string]map[string]map[string]any{
		"naive2": {
			"an index too few":  {"Shape": map[string]any{"Season": 24, "Index": []float64{1}}},
			"a negative index":  {"Shape": map[string]any{"Season": 2, "Index": []float64{3, -1}}},
			"a season of 1":     {"Shape": map[string]any{"Season": 1, "Index": []float64{1}}},
			"an unknown field":  {"Colour": "red"},
			"of another model":  {"Model": "theta"},
			"without a version": {"Version": 0},
		},
		"theta": {
			"an index too few": {"Shape": map[string]any{"Season": 24, "Index": []float64{1}}},
			"no smoothing":     {"Alpha": 0},
			"too much of it":   {"Alpha": 1.5},
		},
		"dotm": {
			"an index too few": {"Shape": map[string]any{"Season": 24, "Index": []float64{1}}},
			"no smoothing":     {"Alpha": 0},
			"a heavy line":     {"Weight": 1.5},
			"a negative line":  {"Weight": -0.5},
		},
		"harmonic": {
			"an amplitude too few": {"Amplitudes": []float64{1}},
			"a negative day":       {"Waves": map[string]any{"Day": -24, "Week": 168}},
			"no unit":              {"Scale": map[string]any{"Log": true, "Unit": 0, "Shift": 0}},
		},
		"arima": {
			"no unit":                  {"Scale": map[string]any{"Log": true, "Unit": 0, "Shift": 0}},
			"too many coefficients":    {"AR": make([]float64, 99)},
			"three differences":        {"Differences": map[string]any{"Season": 24, "Seasonal": 0, "Plain": 3}},
			"a season without steps":   {"Differences": map[string]any{"Season": 0, "Seasonal": 1, "Plain": 0}},
			"lags of a season of none": {"Differences": map[string]any{"Season": 0, "Seasonal": 0, "Plain": 0}, "SeasonalAR": []float64{0.5}},
		},
	} {
		for title, change := range changes {
			t.Run(name+" "+title, func(t *testing.T) {
				form := stored(t, name, s)
				maps.Copy(form, change)
				data, err := json.Marshal(form)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := model(t, name).Load(data); !errors.Is(err, capacity.ErrBadData) {
					t.Errorf("got %v, want ErrBadData", err)
				}
			})
		}
	}
}
