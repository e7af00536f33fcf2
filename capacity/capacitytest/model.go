package capacitytest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"headroom/capacity"
)

// Model checks that m keeps the contract of [capacity.Model]. A day must be 24
// steps to m, and m must be able to learn from four weeks of hourly load.
func Model(t *testing.T, m capacity.Model) {
	t.Helper()
	t.Run("same answer twice", func(t *testing.T) { modelRepeats(t, m) })
	t.Run("input untouched", func(t *testing.T) { modelOnlyReads(t, m) })
	t.Run("too short", func(t *testing.T) { modelTooShort(t, m) })
	t.Run("bad series", func(t *testing.T) { modelBadSeries(t, m) })
	t.Run("any load", func(t *testing.T) { modelAnyLoad(t, m) })
	t.Run("stored", func(t *testing.T) { modelStored(t, m) })
	t.Run("garbage", func(t *testing.T) { modelGarbage(t, m) })
	t.Run("cancelled", func(t *testing.T) { modelCancelled(t, m) })
	t.Run("updated", func(t *testing.T) { modelUpdated(t, m) })
}

// Load is hourly demand over so many days with a day, a weekend and some noise,
// the same in every run.
func Load(days int) capacity.Series {
	random := rand.New(rand.NewPCG(1, 2))
	s := capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour}
	for i := range 24 * days {
		level := 100 + 60*math.Sin(2*math.Pi*float64(i%24)/24)
		if i/24%7 >= 5 {
			level *= 0.6
		}
		s.Values = append(s.Values, level*(1+0.05*random.NormFloat64()))
	}
	return s
}

func modelRepeats(t *testing.T, m capacity.Model) {
	s := Load(28)
	want := predict(t, m, s, 48)
	if got := predict(t, m, s, 48); !slices.Equal(got, want) {
		t.Errorf("second forecast: got %v, want %v", got, want)
	}
	fitted, err := m.Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	for range 2 {
		got, err := fitted.Predict(t.Context(), s, 48)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("forecast of one fit: got %v, %v, want %v", got, err, want)
		}
	}
	none, err := fitted.Predict(t.Context(), s, 0)
	if err != nil || len(none) != 0 {
		t.Errorf("forecast of 0 steps: got %v, %v, want none", none, err)
	}
}

func modelOnlyReads(t *testing.T, m capacity.Model) {
	s := Load(28)
	s.Values[100] = math.NaN()
	before := slices.Clone(s.Values)
	fitted, err := m.Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	want, err := fitted.Predict(t.Context(), s, 24)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	for i, v := range s.Values {
		if math.Float64bits(v) != math.Float64bits(before[i]) {
			t.Fatalf("value %d: got %v, want %v as before", i, v, before[i])
		}
	}
	for i := range s.Values {
		s.Values[i] = 7
	}
	got, err := fitted.Predict(t.Context(), capacity.Series{Start: s.Start, Step: s.Step, Values: before}, 24)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("forecast after the series was overwritten: got %v, %v, want %v", got, err, want)
	}
}

func modelTooShort(t *testing.T, m capacity.Model) {
	s := Load(28).Slice(0, 5)
	s.Values = slices.Repeat([]float64{math.NaN()}, 5)
	if _, err := m.Fit(t.Context(), s); !errors.Is(err, capacity.ErrTooShort) {
		t.Errorf("fit to nothing but gaps: got %v, want ErrTooShort", err)
	}
	// At every length a model either forecasts or refuses.
	for n := 1; n <= 28*24; n += 1 + n/20 {
		past := Load(28).Slice(0, n)
		fitted, err := m.Fit(t.Context(), past)
		if err != nil {
			if !errors.Is(err, capacity.ErrTooShort) {
				t.Errorf("fit to %d steps: got %v, want ErrTooShort or none", n, err)
			}
			continue
		}
		point, err := fitted.Predict(t.Context(), past, 48)
		switch {
		case err == nil:
			checkPoint(t, point, 48)
		case !errors.Is(err, capacity.ErrNotForecastable):
			t.Errorf("predict from the %d steps it was fitted to: got %v, want ErrNotForecastable or none", n, err)
		}
	}
}

func modelBadSeries(t *testing.T, m capacity.Model) {
	good := Load(28)
	bad := map[string]capacity.Series{
		"no values": {Start: good.Start, Step: good.Step},
		"no step":   {Start: good.Start, Values: good.Values},
		"infinite":  {Start: good.Start, Step: good.Step, Values: append(slices.Clone(good.Values), math.Inf(1))},
		"negative":  {Start: good.Start, Step: good.Step, Values: append(slices.Clone(good.Values), -1)},
	}
	fitted, err := m.Fit(t.Context(), good)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	for name, s := range bad {
		if _, err := m.Fit(t.Context(), s); !errors.Is(err, capacity.ErrBadSeries) {
			t.Errorf("fit to %s: got %v, want ErrBadSeries", name, err)
		}
		if _, err := fitted.Predict(t.Context(), s, 1); !errors.Is(err, capacity.ErrBadSeries) {
			t.Errorf("predict from %s: got %v, want ErrBadSeries", name, err)
		}
	}
	other := good
	other.Step = time.Minute
	if _, err := fitted.Predict(t.Context(), other, 1); !errors.Is(err, capacity.ErrBadSeries) {
		t.Errorf("predict at another step: got %v, want ErrBadSeries", err)
	}
}

func modelAnyLoad(t *testing.T, m capacity.Model) {
	shaped := func(change func(i int, v float64) float64) capacity.Series {
		s := Load(28)
		for i, v := range s.Values {
			s.Values[i] = change(i, v)
		}
		return s
	}
	loads := map[string]capacity.Series{
		"gaps here and there": shaped(func(i int, v float64) float64 { return pick(i%97 == 0, math.NaN(), v) }),
		"a day of gaps":       shaped(func(i int, v float64) float64 { return pick(i >= 200 && i < 224, math.NaN(), v) }),
		"gaps at both ends":   shaped(func(i int, v float64) float64 { return pick(i < 10 || i > 660, math.NaN(), v) }),
		"constant":            shaped(func(int, float64) float64 { return 42.1 }),
		"zeros":               shaped(func(int, float64) float64 { return 0 }),
		"zeros at night":      shaped(func(i int, v float64) float64 { return pick(i%24 < 8, 0, v) }),
		"one spike":           shaped(func(i int, v float64) float64 { return pick(i == 500, 1e6*v, v) }),
		"huge":                shaped(func(_ int, v float64) float64 { return v * 1e304 }),
		"tiny":                shaped(func(_ int, v float64) float64 { return v * 1e-310 }),
		"level shift":         shaped(func(i int, v float64) float64 { return pick(i > 600, 3*v, v) }),
		"shut down":           shaped(func(i int, v float64) float64 { return pick(i > 600, 0, v) }),
	}
	for name, s := range loads {
		t.Run(name, func(t *testing.T) {
			point := predict(t, m, s, 100)
			if point == nil {
				return
			}
			if name == "constant" || name == "zeros" {
				for i, v := range point {
					if math.Abs(v-s.Values[0]) > 1e-9*s.Values[0] {
						t.Fatalf("step %d: got %v, want %v", i, v, s.Values[0])
					}
				}
			}
		})
	}
}

func modelStored(t *testing.T, m capacity.Model) {
	s := Load(28)
	s.Values[300] = math.NaN()
	fitted, err := m.Fit(t.Context(), s)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	loaded, err := m.Load(data)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	later := Load(30)
	want, err := fitted.Predict(t.Context(), later, 100)
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	got, err := loaded.Predict(t.Context(), later, 100)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("forecast of the loaded: got %v, %v, want %v", got, err, want)
	}
	again, err := loaded.MarshalBinary()
	if err != nil || string(again) != string(data) {
		t.Errorf("stored again: got %s, %v, want %s", again, err, data)
	}
}

func modelGarbage(t *testing.T, m capacity.Model) {
	fitted, err := m.Fit(t.Context(), Load(28))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	data, err := fitted.MarshalBinary()
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	for name, bad := range map[string][]byte{
		"nothing":          nil,
		"null":             []byte("null"),
		"an empty object":  []byte("{}"),
		"text":             []byte("not a model"),
		"half a model":     data[:len(data)/2],
		"one byte missing": data[:len(data)-1],
		"two models":       append(slices.Clone(data), data...),
	} {
		if _, err := m.Load(bad); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("load %s: got %v, want ErrBadData", name, err)
		}
	}
	// A damaged byte is refused, or leaves something that does no harm. Of a
	// long model a byte here and there is enough.
	for i := 0; i < len(data); i += 1 + len(data)/damages {
		damaged := slices.Clone(data)
		damaged[i] ^= 1
		loaded, err := m.Load(damaged)
		if err != nil {
			if !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("load with byte %d damaged: got %v, want ErrBadData", i, err)
			}
			continue
		}
		if point, err := loaded.Predict(t.Context(), Load(28), 30); err == nil {
			checkPoint(t, point, 30)
		}
		if u, ok := loaded.(capacity.Updater); ok {
			updated, err := u.Update(t.Context(), Load(28), 27*24)
			if err != nil {
				continue
			}
			if point, err := updated.Predict(t.Context(), Load(28), 30); err == nil {
				checkPoint(t, point, 30)
			}
		}
	}
}

// damages is about how many bytes of a stored model are damaged, one by one.
const damages = 1000

func modelCancelled(t *testing.T, m capacity.Model) {
	ctx, cancel := context.WithCancel(t.Context())
	fitted, err := m.Fit(ctx, Load(28))
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	cancel()
	if _, err := m.Fit(ctx, Load(28)); !errors.Is(err, context.Canceled) {
		t.Errorf("fit: got %v, want %v", err, context.Canceled)
	}
	if _, err := fitted.Predict(ctx, Load(28), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("predict: got %v, want %v", err, context.Canceled)
	}
}

// predict fits m to s and forecasts h steps. It returns nil if m says that s is
// not forecastable, which is an answer.
func predict(t testing.TB, m capacity.Model, s capacity.Series, h int) []float64 {
	t.Helper()
	fitted, err := m.Fit(t.Context(), s)
	if errors.Is(err, capacity.ErrNotForecastable) {
		return nil
	}
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	point, err := fitted.Predict(t.Context(), s, h)
	if errors.Is(err, capacity.ErrNotForecastable) {
		return nil
	}
	if err != nil {
		t.Fatalf("predict: %v", err)
	}
	checkPoint(t, point, h)
	return point
}

// checkPoint reports what no point forecast may be.
func checkPoint(t testing.TB, point []float64, h int) {
	t.Helper()
	if len(point) != h {
		t.Errorf("got %d steps, want %d", len(point), h)
	}
	for i, v := range point {
		if !(v >= 0 && v <= math.MaxFloat64) {
			t.Errorf("step %d: got %v, want a finite number that is not negative", i, v)
		}
	}
}

func pick(yes bool, a, b float64) float64 {
	if yes {
		return a
	}
	return b
}
