package models_test

import (
	"math"
	"testing"

	"headroom/capacity"
)

// forecast is what the model of that name expects of the h steps after s.
func forecast(t testing.TB, name string, s capacity.Series, h int) []float64 {
	t.Helper()
	fitted, err := model(t, name).Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit %s: %v", name, err)
	}
	point, err := fitted.Predict(t.Context(), s, h)
	if err != nil {
		t.Fatalf("predict %s: %v", name, err)
	}
	return point
}

// near reports each step in which a forecast is further from another than so
// much.
func near(t testing.TB, got, want []float64, much float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d steps, want %d", len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= much) {
			t.Errorf("step %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// Hyndman and Billah (2003): the Theta method is simple exponential smoothing
// of the line of twice the curvature, halved, and half the least squares line.
// Here both are found by brute force and by the textbook formula.
func TestTheta_HyndmanBillah(t *testing.T) {
	y := []float64{30, 34, 33, 39, 36, 41, 47, 44, 46, 52, 49, 55}
	n := float64(len(y))
	var st, sy, stt, sty float64
	for i, v := range y {
		x := float64(i)
		st, sy, stt, sty = st+x, sy+v, stt+x*x, sty+x*v
	}
	slope := (n*sty - st*sy) / (n*stt - st*st)
	intercept := (sy - slope*st) / n

	least, level := math.Inf(1), 0.0
	for alpha := 0.0001; alpha < 1; alpha += 0.0005 {
		for first := 20.0; first < 40; first += 0.02 {
			square, l := 0.0, first
			for i, v := range y {
				e := 2*v - intercept - slope*float64(i) - l
				square += e * e
				l += alpha * e
			}
			if square < least {
				least, level = square, l
			}
		}
	}
	var want []float64
	for h := range 5 {
		want = append(want, (level+intercept+slope*(n+float64(h)))/2)
	}
	near(t, forecast(t, "theta", series(y...), 5), want, 0.01)
}

// A level times a shape has that shape, whatever phase the load begins with
// and wherever it has gaps.
func TestTheta_Shape(t *testing.T) {
	index := func(i int) float64 { return 1 + 0.8*math.Sin(2*math.Pi*float64(i)/24) }
	s := series()
	s.Start = s.At(7)
	for i := range 24 * 6 {
		if s.Values = append(s.Values, 50*index(7+i)); i == 30 || i > 60 && i < 66 {
			s.Values[i] = math.NaN()
		}
	}
	var want []float64
	for h := range 30 {
		want = append(want, 50*index(7+s.Len()+h))
	}
	for _, name := range []string{"naive2", "theta", "dotm", "ces"} {
		t.Run(name, func(t *testing.T) { near(t, forecast(t, name, s, 30), want, 1e-9) })
	}
}

// Load that repeats itself after seven steps has no significant shape of 24:
// naive2 is then naive.
func TestNaive2_NoShape(t *testing.T) {
	s := series()
	for i := range 24*6 + 3 {
		s.Values = append(s.Values, []float64{5, 9, 7, 6, 4, 8, 3}[i%7])
	}
	near(t, forecast(t, "naive2", s, 30), forecast(t, "naive", s, 30), 1e-12)
}

// Where there is no load at night, nothing can be divided by its index; the
// nights stay empty.
func TestTheta_EmptyNights(t *testing.T) {
	s := series()
	for i := range 24 * 6 {
		s.Values = append(s.Values, max(0, 40*math.Sin(2*math.Pi*float64(i)/24)))
	}
	for _, name := range []string{"naive2", "theta", "dotm", "ces"} {
		t.Run(name, func(t *testing.T) { near(t, forecast(t, name, s, 24), s.Values[:24], 1e-9) })
	}
}

// What a model expects after a gap is what it expected before it: a gap leaves
// the state as it was.
func TestGapAtTheEnd(t *testing.T) {
	whole := series()
	for i := range 24 * 28 {
		whole.Values = append(whole.Values, 100+30*math.Sin(2*math.Pi*float64(i)/24)+7*math.Sin(float64(i*i)))
	}
	gap := whole
	gap.Values = append(append([]float64(nil), whole.Values...), math.NaN(), math.NaN(), math.NaN())
	for _, name := range []string{"theta", "arima", "harmonic", "ces"} {
		t.Run(name, func(t *testing.T) {
			fitted, err := model(t, name).Fit(t.Context(), whole)
			if err != nil {
				t.Fatalf("fit: %v", err)
			}
			want, err := fitted.Predict(t.Context(), whole, 33)
			if err != nil {
				t.Fatalf("predict: %v", err)
			}
			got, err := fitted.Predict(t.Context(), gap, 30)
			if err != nil {
				t.Fatalf("predict after the gap: %v", err)
			}
			near(t, got, want[3:], 1e-9)
		})
	}
}
