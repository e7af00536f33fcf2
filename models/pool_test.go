package models_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/models"
)

// model is the model of that name for hourly load.
func model(t testing.TB, name string) capacity.Model {
	t.Helper()
	for _, m := range models.All([]int{24, 168}) {
		if m.Name() == name {
			return m
		}
	}
	t.Fatalf("there is no model %q", name)
	return nil
}

// series is hourly load from midnight on.
func series(values ...float64) capacity.Series {
	return capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour, Values: values}
}

func TestNew(t *testing.T) {
	ridges := []string{"ridge", "ridge-linear", "ridge-dense-step", "ridge-linear-dense-step"}
	short := []string{"arima"}
	blends := []string{"median", "blend"}
	seasonal := slices.Concat([]string{"linear"}, ridges, []string{"ets", "mstl", "harmonic"})
	all := slices.Concat([]string{"naive", "seasonal-naive-day", "seasonal-naive-week"}, seasonal, blends)
	daily := slices.Concat([]string{"naive", "seasonal-naive-day"}, seasonal, blends)
	none := slices.Concat([]string{"naive"}, ridges, short, blends)
	for name, test := range map[string]struct {
		seasons []int
		want    []string
	}{
		"day and week":      {[]int{24, 168}, all},
		"day":               {[]int{24}, daily},
		"week not longer":   {[]int{24, 24}, daily},
		"one step, a day":   {[]int{1, 24}, daily},
		"a week of days":    {[]int{7}, slices.Concat([]string{"naive", "seasonal-naive-day"}, seasonal, short, blends)},
		"nothing in sight":  {nil, none},
		"a negative season": {[]int{-5}, none},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range models.New(test.seasons) {
				got = append(got, m.Name())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeasons(t *testing.T) {
	for _, test := range []struct {
		step time.Duration
		want []int
	}{
		{time.Minute, []int{1440, 10080}},
		{5 * time.Minute, []int{288, 2016}},
		{7 * time.Minute, []int{206, 1440}}, // 205.7 steps are a day
		{time.Hour, []int{24, 168}},
		{5 * time.Hour, []int{5, 34}}, // 4.8 and 33.6
		{12 * time.Hour, []int{2, 14}},
		{24 * time.Hour, []int{7}},
		{7 * 24 * time.Hour, nil},
		{0, nil},
		{-time.Hour, nil},
	} {
		if diff := cmp.Diff(test.want, models.Seasons(test.step)); diff != "" {
			t.Errorf("seasons of %v (-want +got):\n%s", test.step, diff)
		}
	}
}

func TestModels(t *testing.T) {
	for _, m := range models.All([]int{24, 168}) {
		t.Run(m.Name(), func(t *testing.T) { capacitytest.Model(t, m) })
	}
	for _, m := range models.All([]int{24}) {
		t.Run(m.Name()+" without a week", func(t *testing.T) { capacitytest.Model(t, m) })
	}
	for _, m := range models.All(nil) {
		t.Run(m.Name()+" without seasons", func(t *testing.T) { capacitytest.Model(t, m) })
	}
}

// TestModels_AnySeries is FuzzModels on seeds of its own, in every run.
func TestModels_AnySeries(t *testing.T) {
	for seed := range uint64(300) {
		forecastAnything(t, seed)
	}
}

func FuzzModels(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { forecastAnything(t, seed) })
}

// forecastAnything checks that whatever a model forecasts for the series of
// that seed is finite and not negative, and that otherwise it says why not.
func forecastAnything(t *testing.T, seed uint64) {
	s := anything(rand.New(rand.NewPCG(seed, 3)))
	for _, m := range models.All([]int{6, 42}) {
		fitted, err := m.Fit(t.Context(), s)
		if err == nil {
			var point []float64
			point, err = fitted.Predict(t.Context(), s, 50)
			for i, v := range point {
				if !(v >= 0 && v <= math.MaxFloat64) {
					t.Errorf("seed %d, %s: step %d is %v", seed, m.Name(), i, v)
				}
			}
		}
		if err != nil && !errors.Is(err, capacity.ErrTooShort) && !errors.Is(err, capacity.ErrNotForecastable) {
			t.Errorf("seed %d, %s: got %v, want a refusal that can be acted upon", seed, m.Name(), err)
		}
	}
}

// anything is a series that mixes what load can look like at its worst.
func anything(random *rand.Rand) capacity.Series {
	n := 1 + random.IntN(300)
	values := make([]float64, n)
	size := math.Pow(10, 600*random.Float64()-300)
	shape := random.IntN(4)
	for i := range values {
		switch shape {
		case 0:
			values[i] = random.ExpFloat64()
		case 1:
			values[i] = 1 + math.Sin(float64(i%6)) + 0.01*random.Float64()
		case 2:
			values[i] = math.Exp(float64(i) / 10)
		case 3:
			values[i] = math.Trunc(2 * random.Float64())
		}
		values[i] = min(values[i]*size, math.MaxFloat64)
	}
	for range random.IntN(6) {
		from := random.IntN(n)
		run := values[from:min(n, from+1+random.IntN(40))]
		with := []float64{0, math.NaN(), math.NaN(), size, 1e3 * size, math.MaxFloat64, math.SmallestNonzeroFloat64}[random.IntN(7)]
		for i := range run {
			run[i] = with
		}
	}
	return series(values...)
}
