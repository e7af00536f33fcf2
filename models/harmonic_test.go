package models_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/models"
)

// stored is the stored form of the model of that name, fitted to s, as JSON.
func stored(t testing.TB, name string, s capacity.Series) map[string]any {
	t.Helper()
	fitted, err := model(t, name).Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit %s: %v", name, err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal %s: %v", name, err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("the stored form of %s is no JSON: %v", name, err)
	}
	return out
}

// Load that is made of waves is continued, also with gaps in the history.
func TestHarmonic_Waves(t *testing.T) {
	load := func(i int) float64 {
		day, week := 2*math.Pi*float64(i)/24, 2*math.Pi*float64(i)/168
		return 100 + 30*math.Cos(day) - 12*math.Sin(3*day) + 20*math.Sin(week) + 5*math.Cos(5*week)
	}
	for name, gap := range map[string]func(i int) bool{
		"whole":       func(int) bool { return false },
		"gaps":        func(i int) bool { return i%31 == 0 || i > 200 && i < 230 },
		"gap at last": func(i int) bool { return i > 660 },
	} {
		t.Run(name, func(t *testing.T) {
			s := series()
			for i := range 24 * 28 {
				if s.Values = append(s.Values, load(i)); gap(i) {
					s.Values[i] = math.NaN()
				}
			}
			var want []float64
			for h := range 200 {
				want = append(want, load(s.Len()+h))
			}
			near(t, forecast(t, "harmonic", s, 200), want, 0.01)
		})
	}
}

// Around waves, an autoregression of known coefficients is found again. With
// 5,000 steps the standard error of its coefficients is 0.01: sqrt((1-0.3²)/n).
func TestHarmonic_Autoregression(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	s := series()
	var rest [3]float64
	for i := range 5000 {
		rest = [3]float64{1.1*rest[0] - 0.3*rest[1] + random.NormFloat64(), rest[0]}
		s.Values = append(s.Values, 200+30*math.Cos(2*math.Pi*float64(i)/24)+rest[0])
	}
	form := stored(t, "harmonic", s)
	if form["Scale"].(map[string]any)["Log"] == true {
		t.Error("got the logarithm, want the scale on which the load was made")
	}
	weights := form["Weights"].([]any)
	for j, want := range []float64{1.1, -0.3} {
		if got := weights[j].(float64); math.Abs(got-want) > 0.05 {
			t.Errorf("weight %d: got %v, want %v", j, got, want)
		}
	}
	for j, v := range weights[2:] {
		if math.Abs(v.(float64)) > 0.06 {
			t.Errorf("weight %d: got %v, want about 0", j+2, v)
		}
	}
}

// Load whose logarithm is made of waves and noise is taken on the logarithm.
func TestHarmonic_Logarithm(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	s := series()
	for i := range 24 * 28 {
		s.Values = append(s.Values, 100*math.Exp(math.Sin(2*math.Pi*float64(i)/24)+0.1*random.NormFloat64()))
	}
	if stored(t, "harmonic", s)["Scale"].(map[string]any)["Log"] != true {
		t.Error("got the load itself, want its logarithm")
	}
}

// A part that moved to another day is still in phase: the waves are of the
// clock, not of the place in the series.
func TestHarmonic_LaterSeries(t *testing.T) {
	s := series()
	for i := range 24 * 40 {
		s.Values = append(s.Values, 100+30*math.Sin(2*math.Pi*float64(i)/24)+9*math.Cos(2*math.Pi*float64(i)/168))
	}
	fitted, err := model(t, "harmonic").Fit(t.Context(), s.Slice(0, 24*28))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	got, err := fitted.Predict(t.Context(), s.Slice(24*10+5, 24*35), 24*5)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	near(t, got, slices.Clone(s.Values[24*35:]), 0.01)
}

// The day goes on by the wall clock when that is put forward: Central European
// summer time began on 29 March 2026. Half an hour off would be 4.
func TestHarmonic_SummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := capacity.Series{Start: time.Date(2026, 3, 9, 0, 0, 0, 0, berlin), Step: time.Hour}
	load := func(i int) float64 { return 100 + 30*math.Sin(2*math.Pi*float64(s.At(i).Hour())/24) }
	var want []float64
	for i := range 24 * 30 {
		if i < 24*28 {
			s.Values = append(s.Values, load(i))
			continue
		}
		want = append(want, load(i))
	}
	near(t, forecast(t, "harmonic", s, 48), want, 0.3)
}

// A second season that is no whole number of the first, with and without gaps.
func TestHarmonic_NoCircle(t *testing.T) {
	load := func(i int) float64 {
		return 100 + 30*math.Cos(2*math.Pi*float64(i)/24) + 20*math.Sin(2*math.Pi*float64(i)/100)
	}
	for _, gaps := range []bool{false, true} {
		s := series()
		for i := range 720 {
			if s.Values = append(s.Values, load(i)); gaps && i%53 == 9 {
				s.Values[i] = math.NaN()
			}
		}
		pool := models.All([]int{24, 100})
		k := slices.IndexFunc(pool, func(m capacity.Model) bool { return m.Name() == "harmonic" })
		fitted, err := pool[k].Fit(t.Context(), s)
		if err != nil {
			t.Fatalf("fit: %v", err)
		}
		got, err := fitted.Predict(t.Context(), s, 150)
		if err != nil {
			t.Fatalf("predict: %v", err)
		}
		var want []float64
		for h := range 150 {
			want = append(want, load(720+h))
		}
		near(t, got, want, 0.05)
	}
}
