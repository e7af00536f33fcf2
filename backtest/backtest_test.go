package backtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/models"
)

func pool() []capacity.Model { return models.New([]int{24, 168}) }

func model(t testing.TB, name string) capacity.Model {
	t.Helper()
	i := slices.IndexFunc(pool(), func(m capacity.Model) bool { return m.Name() == name })
	if i < 0 {
		t.Fatalf("there is no model %q", name)
	}
	return pool()[i]
}

func run(t testing.TB, name string, s capacity.Series, settings backtest.Settings) backtest.Result {
	t.Helper()
	r, err := backtest.Run(t.Context(), model(t, name), s, settings, nil)
	if err != nil {
		t.Fatalf("run %s: %v", name, err)
	}
	return r
}

func series(values ...float64) capacity.Series {
	return capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour, Values: values}
}

// One origin after 4 steps, horizon 4, season 2. The naive forecast is 20; the
// seasonal naive errs by 10 and 10 inside the history.
func TestRun_ByHand(t *testing.T) {
	s := series(10, 10, 20, 20, 10, math.NaN(), 40, 20)
	got := run(t, "naive", s, backtest.Settings{Horizon: 4, Origins: 1, Season: 2, Levels: []float64{0.5, 0.9}})
	want := backtest.Result{
		Levels:  []float64{0.5, 0.9},
		Origins: []backtest.Origin{{Train: 4, Scale: 10, Steps: []int{0, 2, 3}, Point: []float64{20, 20, 20}, Actual: []float64{10, 40, 20}}},
		Score: capacity.Score{
			Model: "naive", Origins: 1, Points: 3,
			MAE:   10,        // (10 + 20 + 0) / 3
			MASE:  1,         // 10 / 10
			SMAPE: 400.0 / 9, // (200·10/30 + 200·20/60 + 0) / 3
			// 2·ρ at 0.5: 10, 20, 0. At 0.9: 2·0.1·10, 2·0.9·20, 0. Their mean is
			// 68 / 6, the mean of what was measured 70 / 3.
			Pinball:  68.0 / 6 / (70.0 / 3),
			Coverage: []capacity.Coverage{{Level: 0.5, Share: 2.0 / 3}, {Level: 0.9, Share: 2.0 / 3}},
		},
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12*(1+math.Abs(b)) })
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

func TestRun_Origins(t *testing.T) {
	s := capacitytest.Load(28)
	r := run(t, "naive", s, backtest.Settings{})
	if got := len(r.Origins); got != 8 {
		t.Fatalf("origins: got %d, want 8", got)
	}
	if got, want := r.Origins[7].Train, s.Len()-24; got != want {
		t.Errorf("last origin: got %d, want %d", got, want)
	}
	phases := map[int]bool{}
	for i, o := range r.Origins {
		phases[o.Train%24] = true
		if o.Train < s.Len()/2 {
			t.Errorf("origin %d has %d steps of history, want at least half of %d", i, o.Train, s.Len())
		}
		if i > 0 && (o.Train-r.Origins[i-1].Train)%24 == 0 {
			t.Errorf("origins %d and %d are a multiple of the horizon apart", i-1, i)
		}
	}
	if len(phases) != 8 {
		t.Errorf("origins fall on %d phases of the day, want 8", len(phases))
	}
}

// Whatever comes after an origin has no influence on what was forecast there.
func TestRun_NoLookAhead(t *testing.T) {
	for _, m := range pool() {
		s := capacitytest.Load(28)
		settings := backtest.Settings{Origins: 4}
		before := run(t, m.Name(), s, settings)
		for k, o := range before.Origins {
			changed := s
			changed.Values = slices.Clone(s.Values)
			for i := o.Train; i < s.Len(); i++ {
				changed.Values[i] = 1.3*s.Values[i] + 7
			}
			after := run(t, m.Name(), changed, settings)
			if got, want := after.Origins[k].Point, o.Point; !slices.Equal(got, want) {
				t.Errorf("%s at origin %d: got %v after the future was changed, want %v", m.Name(), k, got, want)
			}
			if got, want := after.Origins[k].Scale, o.Scale; got != want {
				t.Errorf("%s at origin %d: scale got %v after the future was changed, want %v", m.Name(), k, got, want)
			}
		}
	}
}

func TestRun_Ticks(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var ticks []int
	_, err := backtest.Run(ctx, model(t, "naive"), capacitytest.Load(28), backtest.Settings{}, func(done, total int) {
		if ticks = append(ticks, done, total); done == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if diff := cmp.Diff([]int{1, 8, 2, 8}, ticks); diff != "" {
		t.Errorf("ticks until it was cancelled (-want +got):\n%s", diff)
	}
}

func TestRun_Refused(t *testing.T) {
	// 8 days: a week of history is there at the last of the origins only.
	r := run(t, "seasonal-naive-week", capacitytest.Load(8), backtest.Settings{})
	if len(r.Origins) == 0 || len(r.Origins) == 8 || r.Score.Origins != len(r.Origins) {
		t.Errorf("got %d origins and a score of %d, want some of 8", len(r.Origins), r.Score.Origins)
	}
	r = run(t, "seasonal-naive-week", capacitytest.Load(5), backtest.Settings{})
	if r.Score.Refused == "" || len(r.Origins) != 0 {
		t.Errorf("with 5 days: got %d origins, refused %q, want none and a reason", len(r.Origins), r.Score.Refused)
	}
	r = run(t, "naive", series(append(slices.Repeat([]float64{1, 2}, 20), slices.Repeat([]float64{math.NaN()}, 20)...)...), backtest.Settings{Horizon: 10, Origins: 1})
	if r.Score.Refused == "" {
		t.Errorf("with nothing measured after the origin: got %+v, want a reason", r.Score)
	}
	if _, err := backtest.Run(t.Context(), model(t, "naive"), capacitytest.Load(1), backtest.Settings{}, nil); !errors.Is(err, capacity.ErrTooShort) {
		t.Errorf("with a day: got %v, want ErrTooShort", err)
	}
	if _, err := backtest.Run(t.Context(), model(t, "naive"), capacitytest.Load(5), backtest.Settings{Levels: []float64{0.9, 0.1}}, nil); err == nil {
		t.Error("with levels out of order: got no error")
	}
}

func TestResult_JSON(t *testing.T) {
	s := capacitytest.Load(28)
	for i := 600; i < 650; i += 3 {
		s.Values[i] = math.NaN()
	}
	for _, m := range pool() {
		want := run(t, m.Name(), s, backtest.Settings{})
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatalf("%s: %v", m.Name(), err)
		}
		var got backtest.Result
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatalf("%s: %v", m.Name(), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s read back (-want +got):\n%s", m.Name(), diff)
		}
	}
}
