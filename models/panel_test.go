package models_test

import (
	"context"
	"errors"
	"fmt"
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

// shops is twelve series of daily load from 1 January 2024, each with a level,
// a weekend and a season of its own length. On Christmas Day and on Good Friday
// all of them have a fifth of their load, on the last of a month half more.
func shops(days int) []capacity.Series {
	var panel []capacity.Series
	for shop := range 12 {
		s := capacity.Series{Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Step: 24 * time.Hour}
		for i := range days {
			v := 100*float64(shop+1) + 5*math.Sin(float64(i*(shop+3)))
			if i%7 >= 5 {
				v *= 0.6
			}
			switch at := s.At(i); {
			case at.Month() == time.December && at.Day() == 25, slices.Contains([]string{"2024-03-29", "2025-04-18"}, at.Format(time.DateOnly)):
				v /= 5
			case at.AddDate(0, 0, 1).Day() == 1:
				v *= 1.5
			}
			s.Values = append(s.Values, v)
		}
		panel = append(panel, s)
	}
	return panel
}

// pick is the model of that name in a pool.
func pick(tb testing.TB, pool []capacity.Model, name string) capacity.Model {
	tb.Helper()
	i := slices.IndexFunc(pool, func(m capacity.Model) bool { return m.Name() == name })
	if i < 0 {
		tb.Fatalf("there is no model %q", name)
	}
	return pool[i]
}

func ExamplePool() {
	ctx, panel := context.Background(), shops(2*365) // until 30 December 2025
	for _, m := range models.Pool(panel, models.Seasons(24*time.Hour)) {
		if m.Name() != "ets" {
			continue
		}
		fitted, err := m.Fit(ctx, panel[0])
		if err != nil {
			fmt.Println(err)
			return
		}
		point, err := fitted.Predict(ctx, panel[0], 100)
		// New Year's Eve, a Wednesday, ends a month; 2 January, a Friday, does not.
		fmt.Printf("%.0f %.0f %v\n", point[0], point[2], err)
	}
	// Output: 116 102 <nil>
}

func TestPool_Names(t *testing.T) {
	names := func(pool []capacity.Model) (names []string) {
		for _, m := range pool {
			names = append(names, m.Name())
		}
		return names
	}
	var want []string
	for _, name := range names(models.New([]int{7})) {
		if name == "median" { // the blends come last
			want = append(want, "pooled")
		}
		want = append(want, name)
	}
	if diff := cmp.Diff(want, names(models.Pool(shops(100), []int{7}))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// What happened to all on a date is expected again a year later, and what moves
// with Easter moves with it. Of what there was in one year, 0.6 returns.
func TestPool_Year(t *testing.T) {
	panel := shops(365 + 366 + 30)
	for name, test := range map[string]struct {
		until time.Time
		date  string
	}{
		"Good Friday of the next year": {time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC), "2025-04-18"},
		"Christmas of the next year":   {time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC), "2025-12-25"},
	} {
		t.Run(name, func(t *testing.T) {
			s := panel[2].Slice(0, int(test.until.Sub(panel[2].Start)/(24*time.Hour)))
			point := mustPredict(t, pick(t, models.Pool(panel, []int{7}), "ets"), s, 40)
			at, err := time.Parse(time.DateOnly, test.date)
			if err != nil {
				t.Fatal(err)
			}
			i := int(at.Sub(test.until) / (24 * time.Hour))
			// The panel's factor is held at a third; on Christmas, the same weekday of
			// the year before, which was ordinary, has half of the say.
			want := math.Pow(1./3, 0.6)
			if at.Month() == time.December {
				want = math.Pow(1./3, 0.3)
			}
			if got := point[i] / point[i-7]; math.Abs(got-want) > 0.06 {
				t.Errorf("share of the week before: got %.3f, want %.3f", got, want)
			}
		})
	}
}

// A fit sees nothing of the panel after the end of its series.
func TestPool_SeesNoFuture(t *testing.T) {
	const known = 500
	panel := shops(700)
	changed := shops(700)
	for _, s := range changed {
		for i := known; i < s.Len(); i++ {
			s.Values[i] = float64(i * i % 97)
		}
	}
	s := panel[4].Slice(0, known)
	for _, name := range []string{"pooled", "ets", "blend"} {
		want := mustPredict(t, pick(t, models.Pool(panel, []int{7}), name), s, 60)
		if got := mustPredict(t, pick(t, models.Pool(changed, []int{7}), name), s, 60); !slices.Equal(got, want) {
			t.Errorf("%s, with another future of the panel: got %v, want %v", name, got, want)
		}
	}
}

// The order in which series are fitted changes nothing.
func TestPool_Order(t *testing.T) {
	panel := shops(500)
	pool := models.Pool(panel, []int{7})
	m := pick(t, pool, "pooled")
	want := mustPredict(t, m, panel[0], 30)
	other := pick(t, models.Pool(panel, []int{7}), "pooled")
	mustPredict(t, other, panel[0].Slice(0, 300), 30)
	mustPredict(t, other, panel[1], 30)
	if got := mustPredict(t, other, panel[0], 30); !slices.Equal(got, want) {
		t.Errorf("after others: got %v, want %v", got, want)
	}
}

// The models of a daily panel keep the contract on any load, and what is stored
// with them predicts the same.
func TestPool_Contract(t *testing.T) {
	pool := models.Pool(shops(200), []int{24, 168})
	for _, name := range []string{"ridge", "ets"} {
		t.Run(name, func(t *testing.T) { capacitytest.Model(t, pick(t, pool, name)) })
	}
	panel := shops(600)
	s := panel[5].Slice(0, 560)
	for _, name := range []string{"pooled", "harmonic", "blend"} {
		m := pick(t, models.Pool(panel, []int{7}), name)
		fitted, err := m.Fit(t.Context(), s)
		if err != nil {
			t.Fatalf("fit %s: %v", name, err)
		}
		data, err := fitted.MarshalBinary()
		if err != nil {
			t.Fatalf("marshal %s: %v", name, err)
		}
		loaded, err := pick(t, models.Pool(panel, []int{7}), name).Load(data)
		if err != nil {
			t.Fatalf("load %s: %v", name, err)
		}
		// Both go on where the series has gone on.
		want, err := fitted.Predict(t.Context(), panel[5], 50)
		if err != nil {
			t.Fatalf("predict with %s: %v", name, err)
		}
		if got, err := loaded.Predict(t.Context(), panel[5], 50); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s, loaded: got %v, %v, want %v", name, got, err, want)
		}
	}
}

// Dates from Meeus, Astronomical Algorithms, 1991, chapter 8, and the almanac of
// the U.S. Naval Observatory.
func TestEaster(t *testing.T) {
	for _, want := range []string{"1818-03-22", "1954-04-18", "1991-03-31", "2000-04-23", "2025-04-20", "2038-04-25"} {
		at, err := time.Parse(time.DateOnly, want)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Unix(int64(models.Easter(at.Year()))*86400, 0).UTC().Format(time.DateOnly); got != want {
			t.Errorf("Easter of %d: got %s, want %s", at.Year(), got, want)
		}
	}
}

// Whatever the panel and the series are, a forecast is finite and not negative,
// or refused.
func TestPool_AnyPanel(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 4))
		var panel []capacity.Series
		for range 9 {
			s := anything(random)
			s.Step = 24 * time.Hour
			panel = append(panel, s)
		}
		pool := models.Pool(panel, []int{7})
		for _, name := range []string{"pooled", "ets", "ridge"} {
			fitted, err := pick(t, pool, name).Fit(t.Context(), panel[0])
			var point []float64
			if err == nil {
				point, err = fitted.Predict(t.Context(), panel[0], 400)
			}
			if err != nil && !errors.Is(err, capacity.ErrTooShort) && !errors.Is(err, capacity.ErrNotForecastable) {
				t.Errorf("seed %d, %s: got %v, want a refusal that can be acted upon", seed, name, err)
			}
			for i, v := range point {
				if err == nil && !(v >= 0 && v <= math.MaxFloat64) {
					t.Errorf("seed %d, %s: step %d is %v", seed, name, i, v)
				}
			}
		}
	}
}
