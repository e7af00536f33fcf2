package backtest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/backtest"
)

func ExampleCusum() {
	fmt.Println(backtest.Cusum([]float64{0.2, -0.4, 2, 2.1, 1.9, 1.8}))
	fmt.Println(backtest.Cusum([]float64{0.2, -0.4, 2, 2.1, -1.9, 0.3}))
	// Output:
	// for 4 measurements demand has lain above what the model expects, by a cumulative sum of 5.8 standard deviations where 5 is the limit
	// no drift in 6 errors
}

func TestCusum(t *testing.T) {
	for name, test := range map[string]struct {
		errors []float64
		want   backtest.Drift
	}{
		"none": {nil, backtest.Drift{}},
		// 0.5, then 0 again, then 1, 2.5.
		"a start anew": {[]float64{1, -2, 1.5, 2}, backtest.Drift{Errors: 4, Sum: 2.5, Above: true, Since: 2}},
		// 2.5 each.
		"below":          {[]float64{-3, -3, -3}, backtest.Drift{Drifted: true, Errors: 3, Sum: 7.5, Since: 3}},
		"on the limit":   {[]float64{3, 3}, backtest.Drift{Errors: 2, Sum: 5, Above: true, Since: 2}},
		"passed already": {[]float64{3, 3, 3, 0, 0, 0, 0, 0, 0}, backtest.Drift{Errors: 9, Sum: 4.5, Above: true, Since: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, backtest.Cusum(test.errors), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("drift (-want +got):\n%s", diff)
			}
		})
	}
}

// The average run lengths are those of Montgomery, Introduction to Statistical
// Quality Control, table 9.3, for a limit of 5 and a slack of a half.
func TestCusum_RunLength(t *testing.T) {
	for _, test := range []struct{ shift, want float64 }{{0, 465}, {0.5, 38}, {1, 10.4}, {2, 4.01}} {
		random := rand.New(rand.NewPCG(7, 11))
		const runs = 1500
		total := 0.0
		for range runs {
			var errors []float64
			for !backtest.Cusum(errors).Drifted {
				errors = append(errors, random.NormFloat64()+test.shift)
			}
			total += float64(len(errors))
		}
		// The deviation of a run length is about its mean, that of the mean of
		// 1500 below a thirty-fifth of it.
		if got := total / runs; math.Abs(got-test.want) > 0.08*test.want {
			t.Errorf("shift of %v: got %.1f errors until it is seen, want about %v", test.shift, got, test.want)
		}
	}
}

// The quantiles 0.05 and 0.95 of a calibration become -1.645 and 1.645.
func TestCalibration_Errors(t *testing.T) {
	var history []backtest.Origin
	random := rand.New(rand.NewPCG(3, 5))
	for i := range 40 {
		o := backtest.Origin{Train: 100 + i, Steps: []int{0}, Point: []float64{100}, Actual: []float64{100 + 10*random.NormFloat64()}}
		history = append(history, o)
	}
	c, err := backtest.Calibrate(backtest.Result{Origins: history})
	if err != nil {
		t.Fatal(err)
	}
	f := c.Forecast("m", series().Start, time.Hour, []float64{100}, []float64{0.05, 0.5, 0.95})
	var recent []backtest.Origin
	for _, y := range []float64{f.Values[0][0], f.Values[1][0], f.Values[2][0], 1e6, 0} {
		recent = append(recent, backtest.Origin{Train: 200, Steps: []int{0, 1}, Point: []float64{100, 7}, Actual: []float64{y, 9}})
	}
	recent = append(recent, backtest.Origin{Train: 201}, backtest.Origin{Train: 202, Steps: []int{1}, Point: []float64{5}, Actual: []float64{9}})
	want := []float64{-1.645, 0, 1.645, 3, -3}
	if diff := cmp.Diff(want, c.Errors(recent), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if got := (backtest.Calibration{}).Errors(recent); len(got) != 0 {
		t.Errorf("errors by a calibration that knows none: got %v, want none", got)
	}
}
