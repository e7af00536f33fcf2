package capacity_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"headroom/capacity"
)

// band is a forecast of two steps with three levels.
func band() capacity.Forecast {
	return capacity.Forecast{
		Model: "m", Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour,
		Levels: []float64{0.1, 0.5, 0.9},
		Values: [][]float64{{1, 10}, {2, 20}, {4, 40}},
	}
}

func TestForecastQuantile(t *testing.T) {
	for _, test := range []struct {
		q    float64
		step int
		want float64
	}{
		{0.5, 0, 2},
		{0.5, 1, 20},
		{0.7, 0, 3},    // half-way between two levels
		{0.2, 1, 12.5}, // a quarter of the way
		{0.01, 0, 1},   // outside: the nearest level
		{0.999, 1, 40},
	} {
		if got := band().Quantile(test.q, test.step); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("quantile %v of step %d is %v, want %v", test.q, test.step, got, test.want)
		}
	}
}

func TestForecastValidate(t *testing.T) {
	if err := band().Validate(); err != nil {
		t.Errorf("a good forecast is refused: %v", err)
	}
	for name, spoil := range map[string]func(*capacity.Forecast){
		"no step":         func(f *capacity.Forecast) { f.Step = 0 },
		"no levels":       func(f *capacity.Forecast) { f.Levels, f.Values = nil, nil },
		"a missing row":   func(f *capacity.Forecast) { f.Values = f.Values[:2] },
		"a short row":     func(f *capacity.Forecast) { f.Values[2] = f.Values[2][:1] },
		"level order":     func(f *capacity.Forecast) { f.Levels[0] = 0.6 },
		"level NaN":       func(f *capacity.Forecast) { f.Levels[1] = math.NaN() },
		"level of one":    func(f *capacity.Forecast) { f.Levels[2] = 1 },
		"NaN":             func(f *capacity.Forecast) { f.Values[1][0] = math.NaN() },
		"infinite":        func(f *capacity.Forecast) { f.Values[2][0] = math.Inf(1) },
		"negative":        func(f *capacity.Forecast) { f.Values[0][0] = -1 },
		"crossing levels": func(f *capacity.Forecast) { f.Values[0][1] = 21 },
	} {
		t.Run(name, func(t *testing.T) {
			f := band()
			spoil(&f)
			if err := f.Validate(); !errors.Is(err, capacity.ErrBadForecast) {
				t.Errorf("error is %v, want %v", err, capacity.ErrBadForecast)
			}
		})
	}
}

func ExampleForecast_Ordinary() {
	f := capacity.Forecast{
		Levels: []float64{0.5}, Values: [][]float64{{100, 300, 120}},
		Parts: []capacity.Part{{Name: "launch", Source: "declared", Uplift: capacity.Uplift{Factor: 3}, First: 1, Change: []float64{200}}},
	}
	fmt.Println(f.Quantile(0.5, 1), f.Ordinary(1), f.Parts[0].Uplift)
	// Output: 300 100 3 times the load
}
