package backtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// noisy is a backtest with so many origins of a forecast of 100, from which
// what is measured strays by what noise says for a step.
func noisy(origins, horizon int, noise func(step int) float64) backtest.Result {
	var r backtest.Result
	for k := range origins {
		o := backtest.Origin{Train: 1000 + k*horizon}
		for t := range horizon {
			o.Steps, o.Point, o.Actual = append(o.Steps, t), append(o.Point, 100), append(o.Actual, 100+noise(t))
		}
		r.Origins = append(r.Origins, o)
	}
	return r
}

func calibration(t testing.TB, r backtest.Result) backtest.Calibration {
	t.Helper()
	c, err := backtest.Calibrate(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func quantiles(c backtest.Calibration, point, levels []float64) [][]float64 {
	return c.Forecast("m", time.Unix(0, 0), time.Hour, point, levels).Values
}

// Errors are spread evenly from -50 to 50, so the quantile q lies 100·q - 50 from
// the forecast; the usual shape has a weight of 8 in 208.
func TestCalibrate_Uniform(t *testing.T) {
	i := 0
	c := calibration(t, noisy(200, 8, func(int) float64 {
		i++
		return float64(i*37%101) - 50 // every whole number from -50 to 50 in turn
	}))
	levels := []float64{0.1, 0.25, 0.5, 0.75, 0.9}
	for i, got := range quantiles(c, []float64{100}, levels) {
		want := 50 + 100*levels[i]
		if math.Abs(got[0]-want) > 2 {
			t.Errorf("level %v: got %.1f, want %v within 2", levels[i], got[0], want)
		}
	}
}

// The error grows with the horizon, and so does the band; the last block serves
// what lies beyond the horizon.
func TestCalibrate_Horizon(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	c := calibration(t, noisy(50, 32, func(step int) float64 { return math.Sqrt(float64(step+1)) * random.NormFloat64() }))
	f := quantiles(c, slices.Repeat([]float64{100}, 64), []float64{0.5, 0.9})
	for _, step := range []int{0, 5, 12, 24} {
		// 1.2816 is the quantile 0.9 of the normal distribution.
		got, want := f[1][step]-f[0][step], 1.2816*math.Sqrt(float64(step+1))
		if got < 0.75*want || got > 1.45*want {
			t.Errorf("step %d: P90 is %.2f above the forecast, want about %.2f", step, got, want)
		}
	}
	if got, want := f[1][63], f[1][31]; got != want {
		t.Errorf("beyond the horizon: got P90 %v, want that of the last step, %v", got, want)
	}
}

// Where errors are proportional to the load, the band at a load of 10 is a
// tenth of that at 100; where they are the same everywhere, it is as wide.
func TestCalibrate_Spread(t *testing.T) {
	for name, test := range map[string]struct {
		noise     func(load, r float64) float64
		low, high float64
	}{
		"proportional": {func(load, r float64) float64 { return 0.1 * load * r }, 0.08, 0.25},
		"constant":     {func(_, r float64) float64 { return r }, 0.75, 1.05},
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			r := noisy(30, 24, func(int) float64 { return 0 })
			for _, o := range r.Origins {
				for i := range o.Point {
					o.Point[i] = []float64{10, 100}[i%2]
					o.Actual[i] = max(0, o.Point[i]+test.noise(o.Point[i], random.NormFloat64()))
				}
			}
			f := quantiles(calibration(t, r), []float64{10, 100}, []float64{0.5, 0.9})
			if got := (f[1][0] - f[0][0]) / (f[1][1] - f[0][1]); got < test.low || got > test.high {
				t.Errorf("band at 10 over band at 100: got %.3f, want %v to %v", got, test.low, test.high)
			}
		})
	}
}

// Few origins are trusted less: their band is wider, and heavier of tail.
func TestCalibrate_Few(t *testing.T) {
	alternating := func(step int) float64 { return float64(1 - 2*(step%2)) }
	levels := []float64{0.9, 0.99}
	few, many := quantiles(calibration(t, noisy(1, 24, alternating)), []float64{100}, levels), quantiles(calibration(t, noisy(64, 24, alternating)), []float64{100}, levels)
	for i, level := range levels {
		if few[i][0] <= many[i][0] {
			t.Errorf("level %v: got %.2f from one origin and %.2f from 64, want more from one", level, few[i][0], many[i][0])
		}
	}
	if many[1][0] <= many[0][0] {
		t.Errorf("got P99 %v and P90 %v, want a tail beyond the worst that was seen", many[1][0], many[0][0])
	}
}

func TestCalibrate_Nothing(t *testing.T) {
	if _, err := backtest.Calibrate(backtest.Result{}); !errors.Is(err, capacity.ErrNoData) {
		t.Errorf("got %v, want ErrNoData", err)
	}
	got := quantiles(backtest.Calibration{}, []float64{3, 4}, []float64{0.1, 0.9})
	if diff := cmp.Diff([][]float64{{3, 4}, {3, 4}}, got); diff != "" {
		t.Errorf("quantiles without calibration (-want +got):\n%s", diff)
	}
	// A forecast that was never wrong, and one of no load at all.
	for _, load := range []float64{100, 0} {
		r := noisy(2, 3, func(int) float64 { return 0 })
		for _, o := range r.Origins {
			for i := range o.Point {
				o.Point[i], o.Actual[i] = load, load
			}
		}
		got := quantiles(calibration(t, r), []float64{7}, []float64{0.1, 0.9})
		if diff := cmp.Diff([][]float64{{7}, {7}}, got); diff != "" {
			t.Errorf("quantiles without errors at a load of %v (-want +got):\n%s", load, diff)
		}
	}
}

func ExampleCalibration() {
	r := backtest.Result{Origins: []backtest.Origin{
		{Train: 48, Steps: []int{0, 1}, Point: []float64{100, 100}, Actual: []float64{96, 107}},
		{Train: 71, Steps: []int{0, 1}, Point: []float64{100, 100}, Actual: []float64{103, 92}},
	}}
	c, err := backtest.Calibrate(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := c.Forecast("naive", time.Unix(0, 0), time.Hour, []float64{100, 100}, []float64{0.1, 0.5, 0.9})
	for i, level := range f.Levels {
		fmt.Printf("%.1f: %.0f\n", level, f.Values[i])
	}
	// Output:
	// 0.1: [89 86]
	// 0.5: [100 100]
	// 0.9: [111 114]
}

func TestCalibration_JSON(t *testing.T) {
	r := run(t, "ridge", capacitytest.Load(28), backtest.Settings{})
	want := calibration(t, r).Adapt(r.Origins[:2])
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got backtest.Calibration
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

// Of load that is noise around a known curve, each quantile of later forecasts
// covers its share. 5 points leave room for chance and for the widening, which
// errs on the safe side.
func TestScore_Coverage(t *testing.T) {
	r := run(t, "ridge-linear", capacitytest.Load(120), backtest.Settings{Origins: 60})
	if len(r.Score.Coverage) != len(r.Levels) {
		t.Fatalf("got %d levels, want %d", len(r.Score.Coverage), len(r.Levels))
	}
	for _, c := range r.Score.Coverage {
		if math.Abs(c.Share-c.Level) > 0.05 {
			t.Errorf("level %v: got a share of %.3f, want it within 0.05", c.Level, c.Share)
		}
	}
}

// Whatever the errors and the forecast are, before and after it adapts, no
// quantile is negative, infinite or below that of a smaller level.
func TestCalibration_AlwaysValid(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 5))
	wild := func() float64 {
		return []float64{0, random.Float64(), 100 * random.ExpFloat64(), 1e307 * random.Float64(), 1e-310}[random.IntN(5)]
	}
	levels := []float64{0.001, 0.05, 0.1, 0.25, 0.49, 0.5, 0.51, 0.75, 0.9, 0.95, 0.999}
	some := func() []backtest.Origin {
		var all []backtest.Origin
		for range 1 + random.IntN(5) {
			var o backtest.Origin
			for t := range 1 + random.IntN(60) {
				o.Steps, o.Point, o.Actual = append(o.Steps, t), append(o.Point, wild()), append(o.Actual, wild())
			}
			all = append(all, o)
		}
		return all
	}
	for range 300 {
		c := calibration(t, backtest.Result{Origins: some()})
		var point []float64
		for range 80 {
			point = append(point, wild())
		}
		for range 3 {
			if err := c.Forecast("m", time.Unix(0, 0), time.Hour, point, levels).Validate(); err != nil {
				t.Fatal(err)
			}
			c = c.Adapt(some())
		}
	}
}
