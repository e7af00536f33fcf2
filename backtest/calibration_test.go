package backtest_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// 99 forecasts of 100 are wrong by -49 to 49; measured load is 100 on average,
// so the spread is 100 + 0.3·100 and the quantile q is the residual of rank
// 100·q, which is 100·q - 50 away from the forecast.
func TestCalibrate_Ranks(t *testing.T) {
	o := backtest.Origin{}
	for i := range 99 {
		o.Steps = append(o.Steps, i)
		o.Point = append(o.Point, 100)
		o.Actual = append(o.Actual, 51+float64(i))
	}
	c, err := backtest.Calibrate(backtest.Result{Origins: []backtest.Origin{o}})
	if err != nil {
		t.Fatal(err)
	}
	levels := []float64{0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999}
	f := c.Forecast("m", time.Unix(0, 0), time.Hour, []float64{100, 0, 1e6}, levels)
	if err := f.Validate(); err != nil {
		t.Errorf("forecast: %v", err)
	}
	want := []float64{51, 60, 75, 100, 125, 140, 149, 149} // beyond the worst, the worst
	for i, level := range levels {
		if got := f.Values[i][0]; math.Abs(got-want[i]) > 1e-9 {
			t.Errorf("level %v: got %v, want %v", level, got, want[i])
		}
	}
	// With a point forecast of 0 the spread is 30: (140-100)/130·30.
	if got, want := f.Values[5][1], 40.0/130*30; math.Abs(got-want) > 1e-9 {
		t.Errorf("level 0.9 of nothing: got %v, want %v", got, want)
	}
}

func TestCalibrate_Nothing(t *testing.T) {
	if _, err := backtest.Calibrate(backtest.Result{}); !errors.Is(err, capacity.ErrNoData) {
		t.Errorf("got %v, want ErrNoData", err)
	}
	f := backtest.Calibration{}.Forecast("m", time.Unix(0, 0), time.Hour, []float64{3, 4}, []float64{0.1, 0.9})
	if diff := cmp.Diff([][]float64{{3, 4}, {3, 4}}, f.Values); diff != "" {
		t.Errorf("quantiles without calibration (-want +got):\n%s", diff)
	}
}

func TestCalibration_JSON(t *testing.T) {
	want, err := backtest.Calibrate(run(t, "ridge", capacitytest.Load(28), backtest.Settings{}))
	if err != nil {
		t.Fatal(err)
	}
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

// Whatever the errors and the forecast are, no quantile is negative, infinite
// or below that of a smaller level.
func TestCalibration_AlwaysValid(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 5))
	wild := func() float64 {
		return []float64{0, random.Float64(), 100 * random.ExpFloat64(), 1e307 * random.Float64(), 1e-310}[random.IntN(5)]
	}
	levels := []float64{0.001, 0.05, 0.25, 0.49, 0.5, 0.51, 0.75, 0.95, 0.999}
	for range 300 {
		var r backtest.Result
		for range 1 + random.IntN(5) {
			var o backtest.Origin
			for t := range 1 + random.IntN(60) {
				o.Steps, o.Point, o.Actual = append(o.Steps, t), append(o.Point, wild()), append(o.Actual, wild())
			}
			r.Origins = append(r.Origins, o)
		}
		c, err := backtest.Calibrate(r)
		if err != nil {
			t.Fatal(err)
		}
		var point []float64
		for range 80 {
			point = append(point, wild())
		}
		if err := c.Forecast("m", time.Unix(0, 0), time.Hour, point, levels).Validate(); err != nil {
			t.Fatal(err)
		}
	}
}
