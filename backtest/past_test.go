package backtest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"headroom/backtest"
	"headroom/capacity"
)

// recent is a series of hours that ends with a known time.
func recent(values ...float64) capacity.Series {
	return capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour, Values: values}
}

// ramp is n values from low up, by one each.
func ramp(n int, low float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = low + float64(i)
	}
	return values
}

func TestPast(t *testing.T) {
	for name, test := range map[string]struct {
		values []float64
		levels []float64
		want   []float64
	}{
		// Of 24 values, the ranks ⌈25q⌉ are 13, 20 and 23; a tenth of the median 112
		// times ln 5 is 18.0, which reaches farther than the 23rd value, and times
		// ln 2.5 it is 10.3, farther than the 20th, 119.
		"a day":          {ramp(24, 100), []float64{0.5, 0.8, 0.9}, []float64{112, 122.26, 130.03}},
		"without levels": {ramp(24, 100), nil, nil},
		// Of the last day all is 1000, of the week one value in seven: the higher counts
		// from the median on, the lower below it.
		"a day unlike its week": {append(make([]float64, 144), constant(24, 1000)...), []float64{0.1, 0.5}, []float64{0, 1000}},
		// Beyond the highest of a day with 23 values of 100 and one of 1000:
		// 1000 + 900/ln(25/2) · ln(1/(25·0.001)) is 2314.5.
		"beyond the highest": {append(constant(47, 100), 1000), []float64{0.999}, []float64{2314.5}},
		// One value is all that is known: 23/24 of the day is unseen, so only what is usual makes a width.
		"one value":       {[]float64{100}, []float64{0.1, 0.5, 0.9}, []float64{83.9, 100, 116.1}},
		"nothing but 0":   {make([]float64, 30), []float64{0.1, 0.9}, []float64{0, 0}},
		"gaps at the end": {append(ramp(24, 100), constant(400, math.NaN())...), []float64{0.5}, []float64{112}},
	} {
		t.Run(name, func(t *testing.T) {
			s := recent(test.values...)
			f, err := backtest.Past(s, 5, test.levels)
			if err != nil {
				t.Fatal(err)
			}
			if len(test.levels) > 0 {
				if err := f.Validate(); err != nil || !f.Start.Equal(s.End()) || f.Steps() != 5 || f.Model != backtest.PastModel {
					t.Fatalf("got %+v (%v), want 5 valid steps", f, err)
				}
			}
			for i, want := range test.want {
				if got := f.Values[i][4]; math.Abs(got-want) > 0.001*want {
					t.Errorf("level %v: got %v, want %v", test.levels[i], got, want)
				}
			}
		})
	}
}

func constant(n int, v float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = v
	}
	return values
}

// TestPast_AlwaysValid: whatever was measured, a plan can be built on it.
func TestPast_AlwaysValid(t *testing.T) {
	for _, values := range [][]float64{
		{0},
		{math.MaxFloat64},
		{0, math.MaxFloat64},
		{math.MaxFloat64, 0, math.NaN()},
		{math.NaN(), 1e-320, 0},
		{1, 2},
		ramp(3, 0), ramp(500, 0),
		append(constant(200, math.MaxFloat64), make([]float64, 20)...),
	} {
		f, err := backtest.Past(recent(values...), 3, backtest.Levels())
		if err == nil {
			err = f.Validate()
		}
		if err != nil {
			t.Errorf("%v: %v", values[:min(3, len(values))], err)
		}
	}
}

func TestPast_Refuses(t *testing.T) {
	for name, test := range map[string]struct {
		s    capacity.Series
		want error
	}{
		"empty":     {recent(), capacity.ErrBadSeries},
		"negative":  {recent(-1), capacity.ErrBadSeries},
		"only gaps": {recent(math.NaN(), math.NaN()), capacity.ErrNoData},
	} {
		if _, err := backtest.Past(test.s, 3, backtest.Levels()); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

// TestPast_Covers: on load without a rhythm the flat quantiles hold what they
// say, to a point, although they are known from a week.
func TestPast_Covers(t *testing.T) {
	values := make([]float64, 24*28)
	for i := range values {
		// The golden ratio spreads the values evenly over 100 to 200.
		values[i] = 100 + 100*math.Mod(float64(i)*0.6180339887, 1)
	}
	f, err := backtest.Past(recent(values[:24*14]...), 24*14, []float64{0.5, 0.9, 0.95})
	if err != nil {
		t.Fatal(err)
	}
	for i, level := range f.Levels {
		below := 0.0
		for step, v := range values[24*14:] {
			if v <= f.Values[i][step] {
				below++
			}
		}
		if share := below / (24 * 14); share < level-0.01 {
			t.Errorf("level %v: got a share of %v below it", level, share)
		}
	}
}

// refusing never forecasts.
type refusing struct{ err error }

func (refusing) Name() string { return "refusing" }

func (m refusing) Fit(context.Context, capacity.Series) (capacity.Fitted, error) {
	return nil, fmt.Errorf("model %q: %w", "refusing", m.err)
}

func (m refusing) Load([]byte) (capacity.Fitted, error) { return nil, m.err }

func TestContinue_WithoutAModel(t *testing.T) {
	for name, test := range map[string]struct {
		values []float64
		model  error
		want   capacity.Code
		ends   string
	}{
		"too short":    {ramp(5, 100), capacity.ErrNotFinite, capacity.CodeTooShort, "a day at least"},
		"all explode":  {ramp(96, 100), capacity.ErrExploded, capacity.CodeExploded, "retrain"},
		"all too long": {ramp(96, 100), capacity.ErrTooShort, capacity.CodeTooShort, "a day at least"},
	} {
		t.Run(name, func(t *testing.T) {
			s := recent(test.values...)
			x, err := backtest.Continue(t.Context(), []capacity.Model{refusing{test.model}}, s, backtest.Settings{}, 24, backtest.Levels())
			if err != nil {
				t.Fatal(err)
			}
			notes := strings.Join(x.Notes, "\n")
			if x.Code != test.want || x.Forecast.Model != backtest.PastModel || !strings.HasPrefix(notes, string(test.want)+": NO MODEL MAY BE USED") || !strings.Contains(notes, test.ends) {
				t.Errorf("got %q by %q, notes %q, want %q, and what ends it: %q", x.Code, x.Forecast.Model, notes, test.want, test.ends)
			}
		})
	}
}

func TestContinue_Errors(t *testing.T) {
	broken := errors.New("out of memory")
	for name, test := range map[string]struct {
		s     capacity.Series
		model error
		want  error
	}{
		"only gaps":      {recent(constant(48, math.NaN())...), capacity.ErrTooShort, capacity.ErrNoData},
		"a broken model": {recent(ramp(96, 1)...), broken, broken},
		"a bad series":   {recent(math.Inf(1)), capacity.ErrTooShort, capacity.ErrBadSeries},
	} {
		if _, err := backtest.Continue(t.Context(), []capacity.Model{refusing{test.model}}, test.s, backtest.Settings{}, 24, backtest.Levels()); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

func ExampleContinue() {
	// Five hours are too few for any model.
	x, err := backtest.Continue(context.Background(), []capacity.Model{refusing{capacity.ErrTooShort}}, recent(90, 100, 110, 100, 90), backtest.Settings{}, 24, []float64{0.5, 0.95})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, since there is %s: %.0f, and up to %.0f\n", x.Forecast.Model, x.Code, x.Forecast.Values[0][0], x.Forecast.Values[1][0])
	// Output: recent-past, since there is too little history: 100, and up to 138
}

func ExamplePast() {
	s := recent(ramp(24*7, 100)...)
	f, err := backtest.Past(s, 2, []float64{0.5, 0.99})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f %.0f\n", f.Values[0], f.Values[1])
	// Output: [256 256] [356 356]
}
